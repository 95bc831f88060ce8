import { expect } from "chai";
import { createHash } from "node:crypto";
import type { Api, Json } from "../../../../dev/standins/digitalocean/api.ts";
import { configurationFrom } from "../../../../dev/standins/digitalocean/configuration.ts";
import { isRetried, retryWait } from "../../../../dev/standins/digitalocean/retries.ts";
import { typesWith } from "../../../../dev/standins/digitalocean/types.ts";
import { span, waitFor } from "../../../../dev/standins/digitalocean/wait.ts";
import type { ResourceType } from "../../../../dev/standins/provider/resource.ts";
import { UNKNOWN, type Values } from "../../../../dev/standins/provider/values.ts";
import { checkOf, context } from "./pluginContext.ts";

/** Returns answers in turn, and records the requests. */
function scripted(answers: Json[] = []) {
  const asked: unknown[] = [];
  const send = (method: string, path: string, body?: Json) => {
    asked.push(body === undefined ? `${method} ${path}` : { [`${method} ${path}`]: body });
    return Promise.resolve(answers.shift() ?? {});
  };
  return { api: { send } as unknown as Api, asked };
}

function typeOf(name: string, api: Api = scripted().api): ResourceType {
  const token = `digitalocean:index/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return typesWith(api).get(token) ?? expect.fail(token);
}

/** The diff of changed inputs against the state that the old inputs produced. */
function diffOf(name: string, before: Values, state: Values, change: Values) {
  const type = typeOf(name);
  const old = checkOf(type, before).inputs;
  const { inputs } = checkOf(type, { ...before, ...change }, old);
  const difference = type.diff(inputs, { inputs: old, state: { ...old, ...state } });
  return {
    changes: Object.fromEntries(difference.changes),
    replaces: [...difference.replaces],
    deletesFirst: difference.deleteBeforeReplace,
  };
}

const SAME = { changes: {}, replaces: [], deletesFirst: false };
const DROPLET = { image: "debian-12-x64", size: "s-1vcpu-1gb", region: "fra1", tags: ["a", "b"] };
const BALANCER = {
  region: "fra1",
  dropletTag: "web-live",
  forwardingRules: [
    { entryPort: 80, entryProtocol: "http", targetPort: 8080, targetProtocol: "http" },
  ],
  healthcheck: { protocol: "http", port: 8082, path: "/", checkIntervalSeconds: 3 },
};

describe("the digitalocean plugin's stand-in", () => {
  it("generates missing names, and keeps them", () => {
    const type = typeOf("vpc");
    const { inputs } = checkOf(type, { region: "fra1" });
    expect(inputs["name"]).to.match(/^web-[0-9a-f]{7}$/);
    expect(inputs["__defaults"]).to.deep.equal(["name"]);
    const again = type.check({
      name: "web",
      inputs: { region: "fra1" },
      oldInputs: inputs,
      seed: new Uint8Array(1),
    });
    expect(again.inputs["name"]).to.equal(inputs["name"]);
  });

  it("fills in defaults, also in nested objects", () => {
    const { inputs, failures } = checkOf(typeOf("loadBalancer"), BALANCER);
    expect(failures).to.deep.equal([]);
    expect(inputs["algorithm"]).to.equal("round_robin");
    expect(inputs["healthcheck"]).to.deep.include({
      checkIntervalSeconds: 3,
      responseTimeoutSeconds: 5,
      unhealthyThreshold: 3,
      healthyThreshold: 5,
    });
  });

  it("names every input that breaks a rule", () => {
    const reasons = (name: string, inputs: Values) =>
      checkOf(typeOf(name), inputs).failures.map(({ property }) => property);
    const healthcheck = { protocol: "http", port: 0, checkIntervalSeconds: 1 };
    expect(reasons("loadBalancer", { ...BALANCER, healthcheck, dropletIds: [1] })).to.have.members([
      ...["healthcheck.port", "healthcheck.checkIntervalSeconds", "dropletIds"],
    ]);
    expect(reasons("droplet", { size: 1, colour: "x", tags: ["ä"] })).to.have.members([
      ...["colour", "tags[0]", "image"],
    ]);
    expect(reasons("droplet", { ...DROPLET, image: UNKNOWN })).to.deep.equal([]);
  });

  it("rejects a health check without a path, and a firewall without rules", () => {
    const healthcheck = { protocol: "http", port: 80 };
    expect(() => diffOf("loadBalancer", { ...BALANCER, healthcheck }, {}, {})).to.throw(
      "health check `path` is required for when protocol is `http`",
    );
    expect(() => diffOf("firewall", {}, {}, {})).to.throw("At least one rule must be specified");
  });

  it("ignores order, case and values that the API decides", () => {
    const state = { tags: ["B", "a"], ipv4Address: "192.0.2.1", vpcUuid: "v", status: "active" };
    expect(diffOf("droplet", DROPLET, state, { region: "FRA1" })).to.deep.equal(SAME);
    const rules = [{ ...BALANCER.forwardingRules[0], tlsPassthrough: false, certificateId: "c" }];
    const found = { forwardingRules: rules, sizeUnit: 1, dropletIds: [7], type: "REGIONAL" };
    expect(diffOf("loadBalancer", BALANCER, found, {})).to.deep.equal(SAME);
  });

  it("stores user data as a digest, and compares by it", () => {
    const before = { ...DROPLET, userData: "#cloud-config" };
    const state = { userData: createHash("sha1").update(before.userData).digest("hex") };
    expect(diffOf("droplet", before, state, {})).to.deep.equal(SAME);
    const changed = diffOf("droplet", before, state, { userData: "#cloud-config 2" });
    expect(changed.replaces).to.deep.equal(["userData"]);
  });

  it("replaces a droplet only for what cannot be changed", () => {
    const replaces = (change: Values, state: Values = {}) =>
      diffOf("droplet", DROPLET, state, change).replaces;
    const created = { image: "x", region: "ams3", sshKeys: ["1"], userData: "x", vpcUuid: "v" };
    const others = { monitoring: true, dropletAgent: true, publicNetworking: true };
    expect(replaces({ ...created, ...others })).to.have.members(
      Object.keys({ ...created, ...others }),
    );
    expect(replaces({ size: "s-2vcpu-2gb", tags: [], name: "n", backups: true })).to.deep.equal([]);
    expect(replaces({ ipv6: true })).to.deep.equal([]);
    expect(replaces({ ipv6: false }, { ipv6: true })).to.deep.equal(["ipv6"]);
  });

  it("replaces a balancer for a new location or kind, and updates its members", () => {
    const state = { vpcUuid: "v", type: "REGIONAL", ip: "192.0.2.1" };
    const replaces = (change: Values) => diffOf("loadBalancer", BALANCER, state, change).replaces;
    const place = { region: "ams3", vpcUuid: "w", type: "REGIONAL_NETWORK", network: "INTERNAL" };
    expect(replaces(place)).to.have.members(Object.keys(place));
    expect(diffOf("loadBalancer", BALANCER, state, { dropletTag: "x" })).to.deep.equal({
      changes: { dropletTag: "update" },
      replaces: [],
      deletesFirst: false,
    });
  });

  it("replaces a tag for its name, a VPC for its range, and a project never", () => {
    expect(diffOf("tag", { name: "a" }, {}, { name: "b" }).replaces).to.deep.equal(["name"]);
    const range = { ipRange: "10.0.0.0/16" };
    const vpc = diffOf("vpc", { region: "fra1" }, { ipRange: "10.1.0.0/16" }, range);
    expect(vpc.replaces).to.deep.equal(["ipRange"]);
    expect(diffOf("project", {}, {}, { name: "b", purpose: "c" }).replaces).to.deep.equal([]);
  });

  it("deletes first only if the user chose the name", () => {
    const change = { image: "x" };
    expect(diffOf("droplet", DROPLET, {}, change).deletesFirst).to.equal(false);
    expect(diffOf("droplet", { ...DROPLET, name: "n" }, {}, change).deletesFirst).to.equal(true);
  });

  it("reverts changes found by a refresh", () => {
    expect(diffOf("droplet", DROPLET, { tags: ["a", "c"] }, {}).changes).to.deep.equal({
      "tags[1]": "update",
    });
  });

  it("previews a new resource with values from the API as unknown", async () => {
    const type = typeOf("vpc");
    const { inputs } = checkOf(type, { region: "fra1" });
    const { id, state } = await type.create(inputs, context({ preview: true }));
    expect(id).to.equal("");
    expect(state).to.include({ region: "fra1", ipRange: UNKNOWN, vpcUrn: UNKNOWN });
  });

  it("sends a balancer as a whole, without empty values", async () => {
    const { api, asked } = scripted([{}, { load_balancer: { id: "lb", status: "active" } }]);
    const type = typeOf("loadBalancer", api);
    const { inputs } = checkOf(type, BALANCER);
    const state = { ...inputs, sizeUnit: 2, dropletIds: [7], projectId: "p" };
    await type.update("lb", inputs, state, context());
    expect(asked[0]).to.deep.equal({
      "PUT v2/load_balancers/lb": {
        name: inputs["name"],
        region: "fra1",
        algorithm: "round_robin",
        project_id: "p",
        size_unit: 2,
        tag: "web-live",
        forwarding_rules: [
          { entry_port: 80, entry_protocol: "http", target_port: 8080, target_protocol: "http" },
        ],
        health_check: {
          protocol: "http",
          port: 8082,
          path: "/",
          check_interval_seconds: 3,
          response_timeout_seconds: 5,
          unhealthy_threshold: 3,
          healthy_threshold: 5,
        },
        disable_lets_encrypt_dns_records: false,
      },
    });
  });

  it("changes tags one by one, removals first", async () => {
    const { api, asked } = scripted([{}, {}, {}, { droplet: { id: 7, status: "active" } }]);
    const type = typeOf("droplet", api);
    const { inputs } = checkOf(type, { ...DROPLET, tags: ["a", "new"] });
    await type.update("7", inputs, { ...inputs, tags: ["a", "old"] }, context());
    const resources = [{ resource_id: "7", resource_type: "droplet" }];
    expect(asked.slice(0, 3)).to.deep.equal([
      { "DELETE v2/tags/old/resources": { resources } },
      { "POST v2/tags": { name: "new" } },
      { "POST v2/tags/new/resources": { resources } },
    ]);
  });

  it("prefers settings to the environment, and parses numbers from text", () => {
    const environment = { DIGITALOCEAN_ACCESS_TOKEN: "t", DIGITALOCEAN_API_URL: "http://a" };
    const settings = { apiEndpoint: "http://b", requestsPerSecond: "2.5" };
    expect(configurationFrom(settings, environment)).to.deep.equal({
      token: "t",
      endpoint: "http://b",
      requestsPerSecond: 2.5,
      retryMax: 4,
      retryWaitMin: 1,
      retryWaitMax: 30,
    });
    expect(() => configurationFrom({ httpRetryMax: "x" }, {})).to.throw(/httpRetryMax .* "x"/);
  });

  it("retries after 429 and 5xx, and waits as long as requested", () => {
    expect([429, 500, 503].every(isRetried)).to.equal(true);
    expect([200, 404, 422, 501].some(isRetried)).to.equal(false);
    const waits = { retryWaitMin: 1, retryWaitMax: 30 };
    const asking = new Response("", { status: 429, headers: { "Retry-After": "7" } });
    expect(retryWait(0, asking, waits)).to.equal(7000);
    const lost = new Error("lost");
    expect([0, 1, 4, 9].map((attempt) => retryWait(attempt, lost, waits))).to.deep.equal([
      ...[1000, 2000, 16_000, 30_000],
    ]);
  });

  it("polls for a state at growing intervals until its limit", async () => {
    const rests: number[] = [];
    const rest = (ms: number) => Promise.resolve(void rests.push(ms));
    const base = { pending: ["new"], target: "active", minMs: 3000, timeoutMs: 60_000 };
    const waits = { ...base, cancelled: new AbortController().signal };
    const states = ["new", "new", "new", "active"];
    await waitFor({ ...waits, delayMs: 10_000, look: () => Promise.resolve(states.shift()) }, rest);
    expect(rests).to.deep.equal([10_000, 3000, 6000, 10_000]);
    const messageOf = (state: string) =>
      waitFor({ ...waits, look: () => Promise.resolve(state) }, rest).catch(
        (error: Error) => error.message,
      );
    expect(await messageOf("errored")).to.equal(
      "unexpected state 'errored', wanted target 'active'",
    );
    expect(await messageOf("new")).to.equal(
      "timeout while waiting for state to become 'active' (last state: 'new', timeout: 1m0s)",
    );
    expect([600_000, 3_600_000, 45_000].map(span)).to.deep.equal(["10m0s", "1h0m0s", "45s"]);
  });
});
