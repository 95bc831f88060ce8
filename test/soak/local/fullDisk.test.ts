import { expect } from "chai";
import { EDGE_TAG } from "../../../dev/setup/images.mjs";
import { buildApp } from "../../helpers/images.ts";
import { type SmallDocker, startSmallDocker } from "../../helpers/smallDocker.ts";
import { fileURLToPath } from "node:url";

const RELEASES = fileURLToPath(new URL("../../helpers/releasesOnDisk.ts", import.meta.url));

/** Fewer and smaller for a first look: `RELEASES=6 DISK_GB=3`. */
const COUNT = Number(process.env["RELEASES"] ?? 60);
const DISK_GB = Number(process.env["DISK_GB"] ?? 10);
const IMAGE_MB = 400;

interface Released {
  readonly version: number;
  readonly code: number;
  /** Images of the stack on the host after the release. */
  readonly kept: number;
  readonly freeMegabytes: number;
  readonly output?: string;
}

describe(`${COUNT} releases of images with ${IMAGE_MB} MB of their own on a disk of ${DISK_GB} GB`, function () {
  this.timeout(3 * 3_600_000);
  let small: SmallDocker;
  before(async () => {
    small = await startSmallDocker(DISK_GB);
    for (const tag of [await buildApp("v1"), EDGE_TAG]) await small.load(tag);
  });
  after(() => small.remove());

  it("all end well, and leave the last three images", async () => {
    const args = ["--import", "tsx", RELEASES, String(COUNT), String(IMAGE_MB)];
    const { stdout, all } = await small.run(process.execPath, args);
    const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
    const released = lines.map((line) => JSON.parse(line) as Released);
    expect(released, all).to.have.length(COUNT);
    for (const { version, code, kept, output = "" } of released) {
      expect(code, `release ${version}:\n${output}`).to.equal(0);
      expect(kept, `release ${version}`).to.equal(Math.min(version + 1, 3));
    }
    // Nothing else grows with the releases either: logs, containers, build leftovers.
    const [first, last] = [released[Math.min(3, COUNT - 1)], released.at(-1)];
    const lost = (first?.freeMegabytes ?? 0) - (last?.freeMegabytes ?? 0);
    expect(lost).to.be.below(IMAGE_MB);
  });
});
