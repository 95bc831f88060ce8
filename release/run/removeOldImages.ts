import { COLORS } from "../../lib/color.ts";
import { machinesOf } from "../hosts/containers.ts";
import { hostImages, removeImages } from "../hosts/images.ts";
import { digestsOf } from "../plan/digests.ts";
import { oldImages, usedImages, type UsedImage } from "../plan/oldImages.ts";
import { readHistory } from "../store/journal.ts";
import type { ReleaseContext } from "./releaseContext.ts";

/** Releases whose images may still be on a host: each of them has removed those before. */
const RELEASES = 50;

/**
 * After a release: removes the stack's images older than the last `images.keep` from every host. What can't be
 * removed now, the next release removes. Never rejects.
 */
export async function removeOldImages(context: ReleaseContext): Promise<void> {
  const { report } = context;
  try {
    const used = usedImages(await readHistory(context.store, RELEASES));
    const current = await currentImages(context);
    const hosts = (await context.hosts()).filter(({ color }) => color !== undefined);
    const machines = machinesOf(hosts);
    await Promise.all(
      machines.map((host) =>
        removeFrom(context, host, used, current).catch((error: Error) => {
          warn(context, host.name, error.message);
        }),
      ),
    );
  } catch (error) {
    const text = `Old images are still there; the next release removes them: ${(error as Error).message}`;
    report({ event: "warning", text });
  }
}

type Machine = ReturnType<typeof machinesOf>[number];

async function removeFrom(
  context: ReleaseContext,
  { name, machine }: Machine,
  used: readonly UsedImage[],
  current: readonly string[],
): Promise<void> {
  const { keep } = context.settings.images;
  const old = oldImages(await hostImages(machine), used, keep, current);
  if (old.length === 0) return;
  const removed = await removeImages(machine, old);
  const names = removed.map(({ references }) => references[0]).join(", ");
  if (names !== "")
    context.report({ event: "info", text: `${name}: removed old images: ${names}` });
  if (removed.length < old.length) warn(context, name, "a container uses them, or Docker failed");
}

function warn({ report }: ReleaseContext, host: string, why: string): void {
  const text = `${host}: old images are still there; the next release removes them: ${why}`;
  report({ event: "warning", text });
}

/** What both colors run, and what the stack file names now. */
async function currentImages({ engine }: ReleaseContext): Promise<string[]> {
  const [outputs, file] = await Promise.all([engine.outputs(), engine.stackFile()]);
  const configured = COLORS.flatMap((color) => {
    const { image } = (file[color] ?? {}) as { readonly image?: unknown };
    return typeof image === "string" ? [image] : [];
  });
  return [...Object.values(digestsOf(outputs)), ...configured];
}
