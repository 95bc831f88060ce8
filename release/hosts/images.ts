import { exec, type ExecHost, execOutput } from "../../components/machine/exec.ts";
import type { HostImages, ImageRow, OldImage } from "../plan/oldImages.ts";

const ASK_MS = 60_000;
const REMOVE_MS = 180_000;

const ROWS = "{{.ID}}\t{{.Repository}}\t{{.Tag}}\t{{.Digest}}";
/** Again if a container is removed between the two commands: on a busy host, one often is. */
const IN_USE = `for tries in 1 2 3 4 5; do
  set -- $(docker ps --all --quiet)
  [ "$#" -gt 0 ] || exit 0
  images=$(docker inspect --type container -f '{{.Image}}' "$@") && { echo "$images"; exit 0; }
done
exit 1`;

/** @throws as `execOutput` does */
export async function hostImages(machine: ExecHost): Promise<HostImages> {
  const list = ["docker", "image", "ls", "--digests", "--no-trunc", "--format", ROWS];
  // In this order: a container that is made in between keeps its image.
  const rows = await execOutput(machine, list, { timeoutMs: ASK_MS });
  const inUse = await execOutput(machine, ["sh", "-c", IN_USE], { timeoutMs: ASK_MS });
  return {
    rows: rows.split("\n").flatMap((line) => parseRow(line) ?? []),
    inUse: new Set(inUse.split("\n")),
  };
}

function parseRow(line: string): ImageRow | undefined {
  const [id = "", repository = "", tag = "", digest = ""] = line.split("\t");
  return id === "" ? undefined : { id, repository, tag, digest };
}

/**
 * Removes images that no container uses: Docker itself refuses one that a container has got in the meantime.
 *
 * @returns the ones that are gone.
 * @throws as `execOutput` does
 */
export async function removeImages(
  machine: ExecHost,
  images: readonly OldImage[],
): Promise<OldImage[]> {
  const references = images.flatMap(({ references: all }) => all);
  // The last name takes the digest with it, so some of these may be gone already.
  await exec(machine, ["docker", "rmi", ...references], { timeoutMs: REMOVE_MS });
  const { rows } = await hostImages(machine);
  return images.filter(({ id }) => !rows.some((row) => row.id === id));
}
