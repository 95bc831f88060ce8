import { expect } from "chai";
import { valueOf } from "../../../helpers/mocks.ts";
import { BEHIND_OCTAVIA, buildOvh, named, ofType } from "../../../helpers/ovhStack.ts";

const STORED = "openstack:objectstorage/containerObject:ContainerObject";
const ovh = { region: "GRA11", artifactContainer: "shop" };

type Json = Record<string, unknown>;

const build = (config: Json = {}) => buildOvh(BEHIND_OCTAVIA, config);

describe("the stored release of a stack on OVH", () => {
  it("stores the parts of a finished release permanently under its id", async () => {
    const app = { env: { API_KEY: "hush-hush" } };
    const { outputs, resources } = await build({ ovh, app });
    const stored = (file: string) => named(resources, STORED, `release-${file}`);
    const id = await valueOf(outputs.release!);
    expect(id).to.match(/^[0-9a-f]{16}$/);
    for (const file of ["release.json", "octavia.json"]) {
      expect(stored(file).inputs).to.include({
        ...{ containerName: "shop", name: `blue-green/test/${id}/${file}` },
      });
      expect(stored(file).dependsOn).to.include("balancer-route");
    }
    const release = JSON.parse(String(stored("release.json").inputs["content"])) as Json;
    expect(release["images"]).to.deep.equal({ blue: "sha256:digest", green: "sha256:digest2" });
    expect(release["settings"])
      .to.have.nested.property("pools.blue.app.env")
      .deep.equal(["API_KEY"]);
    const text = JSON.stringify(ofType(resources, STORED));
    for (const secret of ["hush-hush", "password", "ssss"]) expect(text).not.to.include(secret);
    const octavia = JSON.parse(String(stored("octavia.json").inputs["content"])) as Json;
    expect(octavia).to.have.nested.property("pools.blue.monitor.urlPath", "/health");
    expect(octavia).to.have.nested.property("members[0][0].address", "10.20.0.11");
  });

  it("keeps the id when nothing has changed, and changes it for another route", async () => {
    const idOf = async (config = {}) => valueOf((await build({ ovh, ...config })).outputs.release!);
    const first = await idOf();
    expect(await idOf()).to.equal(first);
    expect(await idOf({ activeColor: "green" })).not.to.equal(first);
    expect((await build()).outputs).not.to.have.property("release");
  });
});
