import type { StackHost } from "../../components/service/target.ts";
import { type DiskSpace, diskSpaces, ownSizes } from "../hosts/disk.ts";
import { hostImages } from "../hosts/images.ts";
import { digestsOf } from "../plan/digests.ts";

export interface DiskSituation {
  readonly disks: readonly DiskSpace[];
  /** Of the largest image of the colors, without the layers that it shares; 0 if unknown. */
  readonly ownBytes: number;
}

/**
 * The disks of all hosts, and how much the next image is likely to need there: as much as the present ones.
 *
 * @param outputs The stack's.
 */
export async function diskSituation(
  hosts: readonly StackHost[],
  outputs: Readonly<Record<string, unknown>>,
): Promise<DiskSituation> {
  const [disks, ownBytes] = await Promise.all([
    diskSpaces(hosts),
    largestImage(hosts, Object.values(digestsOf(outputs))),
  ]);
  return { disks, ownBytes };
}

async function largestImage(
  hosts: readonly StackHost[],
  digests: readonly string[],
): Promise<number> {
  const host = hosts.find(({ color }) => color !== undefined);
  if (!host) return 0;
  const [sizes, images] = await Promise.all([
    ownSizes(host),
    hostImages(host.machine).catch(() => undefined),
  ]);
  const ids = (images?.rows ?? [])
    .filter(({ id, digest }) => digests.includes(id) || digests.includes(digest))
    .map(({ id }) => id);
  return Math.max(0, ...ids.map((id) => sizes.get(id) ?? 0));
}
