import type { DiskSpace } from "../hosts/disk.ts";

/** Less than this is too little for any release: Docker, logs and the system need room too. */
const FLOOR_BYTES = 500e6;
const FLOOR_INODES = 20_000;
/** During a pull a layer is there twice: compressed and unpacked. */
const PULL_FACTOR = 1.5;

/** What a release needs on each host. @param ownBytes Of the image's own layers; 0 if unknown. */
export function neededBytes(ownBytes: number): number {
  return FLOOR_BYTES + Math.round(ownBytes * PULL_FACTOR);
}

/** One line for each host whose disk is too full for the release. */
export function diskProblems(disks: readonly DiskSpace[], ownBytes: number): string[] {
  const needed = neededBytes(ownBytes);
  return disks.flatMap((disk) => {
    const remedy =
      `On ${disk.host}, remove what nothing uses: docker image prune --all --force. ` +
      "Keep fewer images of this stack: pulumi config set --path images.keep 1.";
    const why =
      ownBytes > 0 ? ` (an image of this stack has ${gigabytes(ownBytes)} of its own)` : "";
    const problems = [];
    if (disk.freeBytes < needed) {
      problems.push(
        `${disk.host}: ${gigabytes(disk.freeBytes)} of ${gigabytes(disk.totalBytes)} are free in ` +
          `${disk.folder}, and the release needs ${gigabytes(needed)}${why}. ${remedy}`,
      );
    }
    if (disk.totalInodes > 0 && disk.freeInodes < FLOOR_INODES) {
      problems.push(
        `${disk.host}: ${disk.freeInodes} of ${disk.totalInodes} inodes are free in ${disk.folder}, ` +
          `and the release needs ${FLOOR_INODES}. ${remedy}`,
      );
    }
    return problems;
  });
}

/** `blue-1: 12.3 GB of 25.0 GB and 83 % of the inodes are free in /var/lib/docker` */
export function describeDisk(disk: DiskSpace): string {
  const { host, folder, freeBytes, totalBytes, freeInodes, totalInodes } = disk;
  const share =
    totalInodes > 0 ? ` and ${Math.round((100 * freeInodes) / totalInodes)} % of the inodes` : "";
  return `${host}: ${gigabytes(freeBytes)} of ${gigabytes(totalBytes)}${share} are free in ${folder}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
