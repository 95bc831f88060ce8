import { expect } from "chai";
import { bytesOf, parseDisk } from "../../../../release/hosts/disk.ts";
import { describeDisk, diskProblems } from "../../../../release/plan/diskProblems.ts";

const SAID = `/var/lib/docker
/dev/vda1         25000000 13000000  1200000      92% /
/dev/vda1          1600000  400000 1200000   25% /
`;

const disk = parseDisk("blue-1", SAID);

describe("the disk of a host", () => {
  it("is read from df", () => {
    expect(disk).to.deep.equal({
      ...{ host: "blue-1", folder: "/var/lib/docker" },
      ...{
        totalBytes: 25.6e9,
        freeBytes: 1_228_800_000,
        totalInodes: 1_600_000,
        freeInodes: 1_200_000,
      },
    });
    expect(parseDisk("mac", "")).to.equal(undefined);
    expect(parseDisk("btrfs", SAID.replace(/1600000.*25%/, "0 0 0 -"))?.totalInodes).to.equal(0);
  });

  it("has room for an image like the present ones", () => {
    expect(disk && diskProblems([disk], 400e6)).to.deep.equal([]);
  });

  it("is refused with figures and what to do", () => {
    const [problem = "", ...more] = disk ? diskProblems([disk], 600e6) : [];
    expect(more).to.deep.equal([]);
    expect(problem).to.match(
      /^blue-1: 1\.2 GB of 25\.6 GB are free in \/var\/lib\/docker, and the release needs 1\.4 GB \(an image of this stack has 0\.6 GB of its own\)/,
    );
    expect(problem).to.include("docker image prune --all --force");
  });

  it("needs free inodes, where the file system counts them", () => {
    const few = { ...(disk as NonNullable<typeof disk>), freeInodes: 900 };
    expect(diskProblems([few], 0).join()).to.include("900 of 1600000 inodes are free");
    expect(diskProblems([{ ...few, totalInodes: 0 }], 0)).to.deep.equal([]);
  });

  it("is shown in one line", () => {
    expect(disk && describeDisk(disk)).to.equal(
      "blue-1: 1.2 GB of 25.6 GB and 75 % of the inodes are free in /var/lib/docker",
    );
  });

  it("is filled by images whose size Docker rounds", () => {
    expect(["412.5MB", "0B", "1.2GB", "", "x"].map(bytesOf)).to.deep.equal([
      412.5e6, 0, 1.2e9, 0, 0,
    ]);
  });
});
