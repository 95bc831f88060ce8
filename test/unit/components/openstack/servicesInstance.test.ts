import { expect } from "chai";
import { command, valuesOf } from "../../../helpers/components.ts";
import { INSTANCE, PORT } from "../../../helpers/instanceMocks.ts";
import { BEHIND_OCTAVIA, buildOvh, named, ofType } from "../../../helpers/ovhStack.ts";

const GROUP_RULE = "openstack:networking/secGroupRule:SecGroupRule";
const WITH_SERVICES = {
  ...BEHIND_OCTAVIA,
  hosts: [...BEHIND_OCTAVIA.hosts, "services"],
  answers: {
    ...BEHIND_OCTAVIA.answers,
    ...{ "services-network": "172.18.0.0/16", "service-db": "" },
    "service-db-image": "sha256:db\nsha256:db-digest",
  },
};
const build = (services: object = { db: { image: "postgres:17", port: 5432 } }) =>
  buildOvh(WITH_SERVICES, { services, ovh: { region: "GRA11", servicesFlavor: "b3-16" } });

describe("services on OVH", () => {
  it("are on one instance that only a request deletes, and that no flavor and no image replaces", async () => {
    const { resources } = await build();
    const instance = named(resources, INSTANCE, "services-host");
    expect(instance.inputs).to.deep.include({
      ...{ name: "blue-green-test-services", flavorName: "b3-16" },
      metadata: {
        "blue-green-stack": "blue-green/test",
        "blue-green-host": "services",
        "blue-green-role": "services",
      },
    });
    expect(instance).to.deep.include({
      isProtected: true,
      replaceOnChanges: [],
      ignoreChanges: ["userData", "imageName"],
    });
    const { description } = named(resources, PORT, "services-host-port").inputs;
    expect(description).to.equal("blue-green-test-services");
    expect(named(resources, INSTANCE, "blue-1-host").isProtected).to.equal(false);
  });

  it("are open to the app's hosts only, before their instance exists", async () => {
    const { resources } = await build();
    const rules = ofType(resources, GROUP_RULE)
      .map(({ inputs }) => inputs)
      .filter(({ securityGroupId }) => securityGroupId === "network-services");
    expect(rules).to.have.length(1);
    expect(rules[0]).to.include({ portRangeMin: 5432, remoteGroupId: "network-apps" });
    const { securityGroupIds } = named(resources, PORT, "services-host-port").inputs;
    expect(securityGroupIds).to.deep.equal(["network-ssh", "network-services"]);
    const host = resources.find(
      ({ name, type }) => name === "services-host" && type.endsWith("InstanceHost"),
    );
    expect(host?.dependsOn).to.include.members([
      ...["network-services-5432-group", "network-ssh-22-198.51.100.0/24"],
    ]);
  });

  it("are known by name to the app's containers, and removed with their setting", async () => {
    const { resources } = await build();
    expect(valuesOf(command(resources, "green-2"))["SERVICES"]).to.equal("db:10.20.0.15");
    const db = command(resources, "service-db");
    expect(valuesOf(db)).to.include({ ADDRESS: "10.20.0.15", PORT: "5432" });
    expect(db.inputs["delete"]).to.match(/^timeout .*down/);
  });

  it("leave no trace in a stack without any", async () => {
    const { outputs, resources } = await build({});
    expect(resources.filter(({ name }) => name.includes("service"))).to.deep.equal([]);
    expect(valuesOf(command(resources, "blue-1"))).not.to.have.property("SERVICES");
    expect(outputs).not.to.have.property("services");
  });
});
