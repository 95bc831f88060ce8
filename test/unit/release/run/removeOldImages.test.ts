import { expect } from "chai";
import { removeOldImages } from "../../../../release/run/removeOldImages.ts";
import { FakeRelease } from "../../../helpers/fakeRelease.ts";

describe("the removal of old images", () => {
  let release: FakeRelease;
  beforeEach(() => {
    release = new FakeRelease();
  });
  afterEach(() => release.close());

  it("never fails a release: what can't be removed is left to the next one", async () => {
    const context = await release.open();
    const hosts = () => Promise.reject(new Error("the account does not answer"));
    await removeOldImages({ ...context, hosts });
    expect(release.warnings).to.deep.equal([
      "Old images are still there; the next release removes them: the account does not answer",
    ]);
  });

  it("goes on with the other hosts when one is gone", async () => {
    const context = await release.open();
    const gone = {
      ...{ name: "blue-1", address: "127.0.0.1", port: 9, user: "deploy" },
      ...{ deployKeys: [], hostKeys: [] },
    };
    const host = { name: "blue-1", color: "blue", machine: gone } as const;
    const edge = { name: "edge-1", machine: { ...gone, address: "127.0.0.2" } };
    await removeOldImages({ ...context, hosts: () => Promise.resolve([host, edge]) });
    expect(release.warnings).to.have.length(1);
    expect(release.warnings[0]).to.match(/^blue-1: old images are still there; .*ECONNREFUSED/);
  });
});
