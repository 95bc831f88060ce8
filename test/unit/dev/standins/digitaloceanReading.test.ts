import { expect } from "chai";
import { ApiError, type Api, type Json } from "../../../../dev/standins/digitalocean/api.ts";
import { typesWith } from "../../../../dev/standins/digitalocean/types.ts";
import { PartlyDone, type ResourceType } from "../../../../dev/standins/provider/resource.ts";
import type { Values } from "../../../../dev/standins/provider/values.ts";
import { checkOf, context } from "./pluginContext.ts";

type Answers = Readonly<Record<string, Json | Error>>;

/** Answers by method and path, and records the requests that change something. */
function scripted(answers: Answers) {
  const sent: Record<string, Json>[] = [];
  const send = (method: string, path: string, body: Json = null) => {
    if (method !== "GET") sent.push({ [`${method} ${path}`]: body });
    const answer = answers[`${method} ${path}`] ?? {};
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { types: typesWith({ send } as unknown as Api), sent };
}

function typeIn(types: ReadonlyMap<string, ResourceType>, name: string): ResourceType {
  const token = `digitalocean:index/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return types.get(token) ?? expect.fail(token);
}

const droplet = (change: Values = {}): Json => ({
  droplet: {
    ...{ id: 7, name: "web", status: "active", locked: false, vcpus: 1, memory: 1024, disk: 25 },
    ...{ region: { slug: "fra1" }, size: { slug: "s-1vcpu-1gb", price_hourly: 0.01 } },
    ...{ image: { id: 1, slug: "debian-12-x64" }, features: ["monitoring", "private_networking"] },
    networks: {
      v4: [
        { type: "private", ip_address: "10.0.0.2" },
        { type: "public", ip_address: "192.0.2.1" },
      ],
      v6: [],
    },
    ...{ tags: ["live"], volume_ids: [], vpc_uuid: "v", created_at: "2024-06-14T10:30:49Z" },
    ...change,
  },
});

const missing = new ApiError("GET http://api/x", 404, "not found");

describe("a read by the digitalocean stand-in", () => {
  it("returns a droplet with its addresses and features", async () => {
    const { types } = scripted({ "GET v2/droplets/7": droplet() });
    const old = { inputs: {}, state: { image: "debian-12-x64", userData: "digest" } };
    const found = await typeIn(types, "droplet").read?.("7", old, context());
    expect(found?.state).to.include({
      ...{ id: "7", image: "debian-12-x64", userData: "digest", dropletUrn: "do:droplet:7" },
      ...{ ipv4Address: "192.0.2.1", ipv4AddressPrivate: "10.0.0.2", ipv6Address: "" },
      ...{ monitoring: true, ipv6: false, publicNetworking: true, size: "s-1vcpu-1gb" },
    });
  });

  it("replaces inputs that differ from the real values, and keeps the others", async () => {
    const { types } = scripted({ "GET v2/droplets/7": droplet({ tags: ["other"] }) });
    const inputs = { image: "debian-12-x64", size: "S-1VCPU-1GB", tags: ["live"] };
    const old = { inputs, state: { image: "debian-12-x64", size: "s-1vcpu-1gb", tags: ["live"] } };
    const found = await typeIn(types, "droplet").read?.("7", old, context());
    expect(found?.inputs).to.deep.equal({ ...inputs, tags: ["other"] });
  });

  it("returns nothing when the API finds nothing, and an error when it fails", async () => {
    const failing = new ApiError("GET http://api/x", 500, "oops; giving up after 5 attempt(s)");
    const { types } = scripted({ "GET v2/droplets/7": missing, "GET v2/vpcs/v": failing });
    const old = { inputs: {}, state: { name: "web" } };
    expect(await typeIn(types, "droplet").read?.("7", old, context())).to.equal(undefined);
    const failed = typeIn(types, "vpc").read?.("v", old, context());
    expect(await failed?.catch((error: Error) => error.message)).to.equal(
      "Error reading VPC: GET http://api/x: 500 oops; giving up after 5 attempt(s)",
    );
  });

  it("creates inputs for an import, with the image by its slug", async () => {
    const { types } = scripted({ "GET v2/droplets/7": droplet() });
    const type = typeIn(types, "droplet");
    const found = await type.read?.("7", { inputs: {}, state: {} }, context());
    expect(found?.inputs).to.deep.equal({
      ...{ __defaults: [], image: "debian-12-x64", name: "web", size: "s-1vcpu-1gb" },
      ...{ resizeDisk: true, monitoring: true, tags: ["live"] },
    });
    const { inputs } = checkOf(type, { ...found?.inputs, name: "web", region: "fra1" });
    expect(type.diff(inputs, { inputs: {}, state: found?.state ?? {} }).changes.size).to.equal(0);
  });
});

describe("the state after a create or delete by the digitalocean stand-in", () => {
  it("records a resource when something fails after its creation", async () => {
    const answers = { "POST v2/vpcs": { vpc: { id: "v" } }, "GET v2/vpcs/v": missing };
    const type = typeIn(scripted(answers).types, "vpc");
    const { inputs } = checkOf(type, { region: "fra1" });
    const error = await type.create(inputs, context()).catch((problem: unknown) => problem);
    expect(error).to.be.instanceOf(PartlyDone);
    expect(error).to.deep.include({ id: "v" });
  });

  it("is empty when the first request fails", async () => {
    const refused = new ApiError("POST http://api/v2/vpcs", 422, "range is taken");
    const type = typeIn(scripted({ "POST v2/vpcs": refused }).types, "vpc");
    const { inputs } = checkOf(type, { region: "fra1" });
    const error = await type.create(inputs, context()).catch((problem: unknown) => problem);
    expect(error).not.to.be.instanceOf(PartlyDone);
    expect((error as Error).message).to.match(/^Error creating VPC: .*: 422 range is taken$/);
  });

  it("has a project's members moved to the default project", async () => {
    const urns = ["do:droplet:1", "do:droplet:2"];
    const { types, sent } = scripted({
      "GET v2/projects/p": { project: { id: "p" } },
      "GET v2/projects/default": { project: { id: "standard" } },
      "GET v2/projects/p/resources?page=1&per_page=200": {
        resources: [{ urn: "do:droplet:1" }, { urn: "do:droplet:3" }],
        links: {},
      },
    });
    const type = typeIn(types, "projectResources");
    const { inputs } = checkOf(type, { project: "p", resources: urns });
    const { state } = await type.create(inputs, context());
    expect(state["resources"]).to.deep.equal(["do:droplet:1"]);
    await type.delete("p", state, context());
    expect(sent).to.deep.equal([
      { "POST v2/projects/p/resources": { resources: urns } },
      { "POST v2/projects/standard/resources": { resources: ["do:droplet:1"] } },
    ]);
  });

  it("has nothing to delete for a balancer or firewall that is gone", async () => {
    const answers = { "DELETE v2/load_balancers/x": missing, "DELETE v2/firewalls/x": missing };
    const { types, sent } = scripted(answers);
    await typeIn(types, "loadBalancer").delete("x", {}, context());
    await typeIn(types, "firewall").delete("x", {}, context());
    expect(sent).to.have.lengthOf(2);
  });
});
