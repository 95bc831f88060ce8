import { expect } from "chai";
import { execa } from "execa";
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, startLoad } from "../../../load/index.ts";
import { PORTS } from "../../../dev/emulators/digitalocean/answeringMachines.ts";
import { eventually } from "../../helpers/asking.ts";
import type { View } from "../../helpers/octaviaClient.ts";
import { OctaviaLab } from "../../helpers/octaviaLab.ts";

describe("an emulated Octavia with real HAProxy", () => {
  let lab: OctaviaLab;
  let balancer: View;
  let listener: View;
  let blue: View;
  let green: View;
  let url: string;

  before(async () => {
    lab = await OctaviaLab.open();
    for (const name of ["blue-1", "blue-2", "green-1", "green-2"]) await lab.machine(name);
    balancer = await lab.client.balancer();
    url = `http://${String(balancer["vip_address"])}/`;
    blue = await pool("blue");
    green = await pool("green");
    listener = await lab.client.listener(balancer, { default_pool_id: blue.id });
    await lab.client.operates(`pools/${blue.id}`, "ONLINE");
  });

  after(() => lab.close());

  it("checks only the members of a pool that a listener uses", async () => {
    expect(await statuses(blue)).to.deep.equal(["ONLINE", "ONLINE"]);
    await sleep(2000);
    expect((await lab.client.get(`pools/${green.id}`)).operating_status).to.equal("OFFLINE");
    expect(await statuses(green)).to.deep.equal(["OFFLINE", "OFFLINE"]);
  });

  it("moves traffic with the default pool, and serves nothing stale once it is ACTIVE again", async () => {
    const load = users();
    await sleep(1000);
    await pointTo(green);
    const settled = Date.now();
    await sleep(2000);
    const report = await load.stop();
    expect(report.byColor).to.include.keys("blue-1", "blue-2", "green-1", "green-2");
    for (const name of ["blue-1", "blue-2"]) expect(report.staleAfter(settled, name)).to.equal(0);
    // A reload closes idle keep-alive connections.
    const kinds = report.failures.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== "keepAlive")).to.deep.equal([]);
    expect(kinds.length, "cut connections").to.be.lessThan(4);
  });

  it("sends traffic to a pool it has not checked yet, whatever state its members are in", async () => {
    await lab.machine("sick-1");
    await lab.machine("sick-2");
    for (const name of ["sick-1", "sick-2"]) await lab.failHealth(name);
    const sick = await pool("sick", ["sick-1", "sick-2"], 8);
    await pointTo(sick);
    expect(new Set(await colors(4))).to.include("sick-2");
    await lab.client.operates(`pools/${sick.id}`, "ERROR");
    expect(await colors(1)).to.deep.equal(["status 503"]);
    await pointTo(green);
  });

  it("refuses a change while another is in progress, and reports its status", async () => {
    const path = `listeners/${listener.id}`;
    const change = { listener: { default_pool_id: blue.id } };
    expect((await lab.client.ask("PUT", path, change)).status).to.equal(200);
    const view = await lab.client.get(`loadbalancers/${balancer.id}`);
    expect(view.provisioning_status).to.equal("PENDING_UPDATE");
    expect(await lab.client.refusal(409, "PUT", path, change)).to.include("is immutable");
    await lab.octavia.settled(balancer.id);
    expect(new Set(await colors(20))).to.deep.equal(new Set(["blue-1", "blue-2"]));
  });

  it("sends only requests with one header to another pool", async () => {
    const policy = await lab.client.make(balancer, "l7policies", {
      l7policy: {
        listener_id: listener.id,
        action: "REDIRECT_TO_POOL",
        redirect_pool_id: green.id,
      },
    });
    const rule = { type: "HEADER", compare_type: "EQUAL_TO", key: "X-Canary", value: "always" };
    await lab.client.make(balancer, `l7policies/${policy.id}/rules`, { rule });
    expect(new Set(await colors(100, { "x-canary": "always" }))).to.deep.equal(
      new Set(["green-1", "green-2"]),
    );
    for (const headers of [{}, { "x-canary": "never" }, { "x-canary": "always not" }]) {
      expect(new Set(await colors(50, headers))).to.deep.equal(new Set(["blue-1", "blue-2"]));
    }
    await lab.client.operates(`pools/${green.id}`, "ONLINE");
    expect(await statuses(green)).to.deep.equal(["ONLINE", "ONLINE"]);
  });

  it("weights members to within one percent, and drains a member without weight", async () => {
    const both = await pool("both", ["blue-1", "green-1"]);
    const path = `pools/${both.id}/members`;
    const weigh = (blueWeight: number, greenWeight: number) =>
      lab.client.change(balancer, "PUT", path, {
        members: [member("blue-1", blueWeight), member("green-1", greenWeight)],
      });
    await weigh(90, 10);
    await pointTo(both);
    for (const [blueWeight, greenWeight] of [
      [90, 10],
      [256, 0],
      [1, 3],
    ] as const) {
      await weigh(blueWeight, greenWeight);
      const asked = 400;
      const answered = (await colors(asked)).filter((color) => color === "green-1").length;
      const wanted = (asked * greenWeight) / (blueWeight + greenWeight);
      expect(answered, `of ${asked} by ${greenWeight}`).to.be.within(wanted - 4, wanted + 4);
      if (greenWeight === 0) {
        expect(answered).to.equal(0);
        await eventually(
          "draining",
          () => statuses(both),
          (all) => all[1] === "DRAINING",
        );
      }
    }
    await pointTo(blue);
  });

  it("tracks the app's health and keeps what it knows through a reload", async () => {
    await lab.failHealth("blue-2");
    await eventually(
      "broken",
      () => statuses(blue),
      (all) => all[1] === "ERROR",
    );
    await lab.client.operates(`pools/${blue.id}`, "DEGRADED");
    await lab.client.operates(`loadbalancers/${balancer.id}`, "DEGRADED");
    const name = { listener: { name: "renamed" } };
    await lab.client.change(balancer, "PUT", `listeners/${listener.id}`, name);
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 20; i++, await sleep(50)) seen.add((await statuses(blue))[1]);
    expect([...seen]).to.deep.equal(["ERROR"]);
    expect(new Set(await colors(20))).to.deep.equal(new Set(["blue-1"]));
    await lab.healHealth("blue-2");
    await eventually(
      "well again",
      () => statuses(blue),
      (all) => all[1] === "ONLINE",
    );
    await lab.client.operates(`loadbalancers/${balancer.id}`, "ONLINE");
  });

  it("takes a disabled member out of rotation and back in", async () => {
    const [first] = await members(blue);
    const path = `pools/${blue.id}/members/${String(first?.id)}`;
    const turn = (admin_state_up: boolean) =>
      lab.client.change(balancer, "PUT", path, { member: { admin_state_up } });
    await turn(false);
    expect(new Set(await colors(20))).to.deep.equal(new Set(["blue-2"]));
    await lab.client.operates(path, "OFFLINE");
    await turn(true);
    await lab.client.operates(path, "ONLINE");
    expect(new Set(await colors(20))).to.deep.equal(new Set(["blue-1", "blue-2"]));
  });

  it("keeps a client on its member with a cookie", async () => {
    const persisting = { pool: { session_persistence: { type: "HTTP_COOKIE" } } };
    await lab.client.change(balancer, "PUT", `pools/${blue.id}`, persisting);
    const cookie = (await fetch(url)).headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(cookie).to.match(/^SRV=/);
    expect(new Set(await colors(20, { cookie })).size).to.equal(1);
  });

  it("also answers at a floating IP, and terminates TLS", async () => {
    const floating = await lab.float(String(balancer["vip_port_id"]));
    expect((await fetch(`http://${floating}/`)).status).to.equal(200);
    await lab.client.listener(balancer, {
      ...{ protocol: "TERMINATED_HTTPS", protocol_port: 443, default_pool_id: blue.id },
      ...{ default_tls_container_ref: lab.secret, insert_headers: { "X-Forwarded-Proto": "true" } },
    });
    const options = ["--insecure", "--silent", "--max-time", "5"];
    const { stdout } = await execa("curl", [...options, `https://${floating}/`]);
    expect(stdout.trim()).to.equal("https");
    await lab.unfloat(String(balancer["vip_port_id"]));
    const gone = await execa("curl", [...options, `http://${floating}/`], { reject: false });
    expect(gone.exitCode).not.to.equal(0);
  });

  it("leaves nothing when removed with a cascade", async () => {
    await lab.client.ask("DELETE", `loadbalancers/${balancer.id}?cascade=true`);
    const count = () => Promise.resolve(lab.octavia.count());
    await eventually("empty", count, ({ balancers, parts }) => balancers + parts === 0);
    expect(await lab.containers("amphora")).to.equal("");
  });

  function users(): Load {
    const kinds = { keepAlive: 3, newConnection: 3 };
    return startLoad({ url, ...kinds, ratePerSecond: 60, timeoutMs: 20_000 });
  }

  function member(name: string, weight = 1): object {
    const address = lab.addressOf(name);
    return { name, address, protocol_port: PORTS.traffic, monitor_port: PORTS.health, weight };
  }

  /** @param delay seconds between two checks */
  async function pool(name: string, names = [`${name}-1`, `${name}-2`], delay = 1): Promise<View> {
    const made = await lab.client.pool(balancer, { name });
    const checks = { delay, timeout: 1, max_retries: 2, max_retries_down: 2 };
    await lab.client.monitor(balancer, made, checks);
    await lab.client.change(balancer, "PUT", `pools/${made.id}/members`, {
      members: names.map((it) => member(it)),
    });
    return made;
  }

  async function pointTo({ id }: View): Promise<void> {
    const change = { listener: { default_pool_id: id } };
    await lab.client.change(balancer, "PUT", `listeners/${listener.id}`, change);
  }

  async function members({ id }: View): Promise<View[]> {
    return (await lab.client.ask<{ members: View[] }>("GET", `pools/${id}/members`)).body.members;
  }

  async function statuses(of: View): Promise<string[]> {
    return (await members(of)).map((it) => it.operating_status);
  }

  /** Who answers this many sequential requests. */
  async function colors(count: number, headers: Record<string, string> = {}): Promise<string[]> {
    const all: string[] = [];
    for (let i = 0; i < count; i++) {
      const answer = await fetch(url, { headers });
      await answer.text();
      all.push(answer.headers.get("x-color") ?? `status ${answer.status}`);
    }
    return all;
  }
});
