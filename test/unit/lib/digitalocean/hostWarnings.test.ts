import { expect } from "chai";
import { doubleHosts, lostHost } from "../../../../lib/digitalocean/hostWarnings.ts";

const droplet = (id: number, hostName: string) => ({
  ...{ id, hostName, publicAddress: "", region: "fra1", tags: [] },
});

describe("warnings about hosts", () => {
  it("say how a lost droplet is replaced by hand", () => {
    const text = lostHost(11, "green-1 (203.0.113.13): Timed out.");
    expect(text).to.match(/^green-1 \(203\.0\.113\.13\): Timed out\.\n/);
    expect(text).to.match(/doctl compute droplet delete 11\n {2}pulumi up --refresh$/);
  });

  it("name droplets that stand there twice, and no others", () => {
    const [only, ...more] = doubleHosts([
      droplet(11, "blue-1"),
      droplet(12, "blue-2"),
      droplet(13, "blue-2"),
    ]);
    expect(only).to.include("2 droplets for blue-2: 12, 13");
    expect(more).to.deep.equal([]);
  });
});
