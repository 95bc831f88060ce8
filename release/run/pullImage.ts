import { exec } from "../../components/machine/exec.ts";
import { checkSignature, requireCosign } from "../../components/service/imageSignature.ts";
import { pullOn } from "../../components/service/registryPull.ts";
import type { StackHost } from "../../components/service/target.ts";
import { type Color, COLORS, otherColor } from "../../lib/color.ts";
import { pinnedReference, withDigest } from "../../lib/imageReference.ts";
import { UserError } from "../../lib/userError.ts";
import type { Settings } from "../../settings/types.ts";
import { type Digests, digestsOf, isMovedTag } from "../plan/digests.ts";
import type { Report } from "./events.ts";

const INSPECT_MS = 30_000;

/** An image as a host has it. */
export interface ImageOnHost {
  /** Always means the same bytes. */
  readonly reference: string;
  readonly digest: string;
  /** What the idle color has now, so that a rollback needs no registry. */
  readonly idleReference?: string;
  /** Set if the tag means another image than the one that a color was deployed with by it. */
  readonly movedTag?: string;
  /** Whether it has a signature by the key of the settings; undefined without a key. */
  readonly isSigned?: true;
}

/**
 * Brings the image of a release to a host of the color that is to get it, or of the live color if there is
 * none yet. Starts nothing.
 *
 * @param outputs The stack's.
 * @throws UserError if it can't be had, or has no signature although the settings require one.
 */
export async function pullImage(
  image: string,
  hosts: readonly StackHost[],
  settings: Settings,
  outputs: Readonly<Record<string, unknown>>,
  report: Report,
): Promise<ImageOnHost> {
  const live = settings.activeColor;
  const idle = otherColor(live);
  const host =
    hosts.find(({ color }) => color === idle) ?? hosts.find(({ color }) => color === live);
  if (!host) throw new UserError(`No host of the stack can pull ${image}. Bring it up: pulumi up`);
  report({ event: "info", text: `${host.name} looks up ${image}` });
  const { registry, cosignKey } = settings;
  if (cosignKey !== undefined) await requireCosign();
  const pull = { setting: `${idle}.image`, image };
  const { code, stdout, stderr } = await pullOn(host.machine, pull, registry);
  const said = stderr.trim();
  if (code !== 0) throw new UserError(`${host.name}: ${said}`);
  // Such as a registry that did not answer, so that the host's copy is used.
  if (said !== "") report({ event: "warning", text: `${host.name}: ${said}` });
  const [id = "", digest = ""] = stdout.split("\n");
  if (cosignKey !== undefined) {
    const check = { setting: "--image", image: pinnedReference(image, id, digest), key: cosignKey };
    await checkSignature({ ...check, ...(registry && { registry }) }, registry?.password ?? "");
  }
  const digests = digestsOf(outputs);
  const idleReference = await pinned(host, settings.pools[idle]?.image, digests[idle]);
  return {
    reference: isMoved(image, digest, settings, digests) ? id : withDigest(image, id, digest),
    digest,
    ...(idleReference !== undefined && { idleReference }),
    ...(isMovedTag(image, digest, settings, digests) && { movedTag: image }),
    ...(cosignKey !== undefined && { isSigned: true }),
  };
}

/**
 * The image that a color runs, by a reference that still means the same bytes.
 *
 * @param digest What the color was deployed with.
 */
export async function runningImage(
  hosts: readonly StackHost[],
  color: Color,
  image: string,
  digest: string | undefined,
): Promise<string> {
  const host = hosts.find((one) => one.color === color);
  if (!host || digest === undefined) return image;
  const reference = withDigest(image, "", digest);
  if ((await idOf(host, reference)) !== undefined) return reference;
  // It was built on the host, so the digest is its id.
  return (await idOf(host, image)) === digest ? image : digest;
}

async function idOf({ machine }: StackHost, image: string): Promise<string | undefined> {
  const words = ["docker", "image", "inspect", "--format", "{{.Id}}", image];
  const { code, stdout } = await exec(machine, words, { timeoutMs: INSPECT_MS });
  return code === 0 ? stdout.trim() : undefined;
}

/** With its digest, if the host has the image by that name. */
async function pinned(
  host: StackHost,
  image: string | undefined,
  digest: string | undefined,
): Promise<string | undefined> {
  if (image === undefined || digest === undefined) return image;
  const reference = withDigest(image, "", digest);
  return (await idOf(host, reference)) === undefined ? image : reference;
}

/** Whether a color was deployed with this reference when it meant another image, built without a registry. */
function isMoved(image: string, digest: string, { pools }: Settings, digests: Digests): boolean {
  return COLORS.some(
    (color) =>
      pools[color]?.image === image && digests[color] !== undefined && digests[color] !== digest,
  );
}
