import { expect } from "chai";
import { doubleHosts, lostHost, silentServices } from "../../../../components/cloud/machines.ts";
import { DROPLET_WORDS } from "../../../../components/digitalocean/droplets.ts";
import { INSTANCE_WORDS } from "../../../../components/openstack/instances.ts";

describe("warnings about hosts", () => {
  it("say how a lost machine is replaced by hand", () => {
    const text = lostHost(11, "green-1 (203.0.113.13): Timed out.", DROPLET_WORDS);
    expect(text).to.match(/^green-1 \(203\.0\.113\.13\): Timed out\.\n/);
    expect(text).to.match(/doctl compute droplet delete 11\n {2}pulumi up --refresh$/);
    expect(lostHost("6f1c", "green-1: Timed out.", INSTANCE_WORDS)).to.match(
      /openstack server delete --wait 6f1c\n {2}pulumi up --refresh$/,
    );
  });

  it("do not suggest to delete the one with the services' files", () => {
    expect(silentServices("services (203.0.113.14): Timed out.")).to.equal(
      "services (203.0.113.14): Timed out.\nNo service can be changed there, and the app may not reach them. " +
        "Their files are on its disk, so do not delete it: restart it in the cloud's control panel.",
    );
  });

  it("name only machines that exist twice", () => {
    const machines = [
      { id: 11, hostName: "blue-1" },
      { id: 12, hostName: "blue-2" },
      { id: 13, hostName: "blue-2" },
    ];
    const [only, ...more] = doubleHosts(machines, DROPLET_WORDS);
    expect(only).to.include("The account has 2 droplets for blue-2: 12, 13");
    expect(only).to.match(/doctl compute droplet delete ID$/);
    expect(more).to.deep.equal([]);
    expect(doubleHosts(machines, INSTANCE_WORDS)[0]).to.include("The project has 2 instances");
  });
});
