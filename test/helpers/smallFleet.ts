import { expect } from "chai";
import { type Color, otherColor } from "../../lib/color.ts";
import { askApp, startUsers } from "./asking.ts";
import { CloudAccount } from "./cloudStack.ts";
import { buildApp } from "./images.ts";
import { RouteScript } from "./routeScript.ts";
import type { TestStack } from "./testStack.ts";
import { expectUnharmed } from "./traffic.ts";

/** An hour of one switch after the other is more than an account may have. */
const LIMITS = { perHour: 100_000 };
/** Shorter than a droplet is left in peace here; there are few, and what they ask ends soon. */
const USERS = { ratePerSecond: 60, slowSeconds: 1 };

/** One droplet of each color behind the managed balancer, and figures of what was done to them. */
export class SmallFleet {
  readonly account: CloudAccount;
  readonly stack: TestStack;
  readonly url: string;
  readonly script: RouteScript;
  readonly figures = { switches: 0, requests: 0, failed: 0 };
  active: Color = "blue";

  private constructor(account: CloudAccount, stack: TestStack, url: string, script: RouteScript) {
    this.account = account;
    this.stack = stack;
    this.url = url;
    this.script = script;
  }

  static async open(): Promise<SmallFleet> {
    const account = await CloudAccount.open({ limits: LIMITS });
    try {
      const stack = await account.createStack({
        activeColor: "blue",
        blue: { image: await account.push(await buildApp("v1")), count: 1 },
        green: { image: await account.push(await buildApp("v2")), count: 1 },
        drainSeconds: 1,
      });
      await stack.mustUp();
      const url = String((await stack.outputs())["url"]);
      return new SmallFleet(account, stack, url, await RouteScript.of(account, stack));
    } catch (error) {
      await account.close();
      throw error;
    }
  }

  get cloud() {
    return this.account.cloud;
  }

  get idle(): Color {
    return otherColor(this.active);
  }

  /** Has users while something is done; all of them get answers, from these colors. */
  async underLoad(what: string, work: () => Promise<void>): Promise<void> {
    const load = startUsers(this.url, USERS);
    await work();
    const report = await load.stop();
    console.log(`      ${what}: ${report.total} requests, ${report.failedTotal} failed`);
    this.figures.requests += report.total;
    this.figures.failed += report.failedTotal;
    try {
      expectUnharmed(report, ...Object.keys(report.byColor));
    } catch (error) {
      throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** How many calls of the API a switch makes in which nothing fails. */
  async countCalls(): Promise<number> {
    this.cloud.reset();
    const { ok, output } = await this.script.run(this.idle);
    if (!ok) throw new Error(output);
    const calls = this.cloud.calls().length;
    await this.expectOnly(this.idle, "undisturbed");
    return calls;
  }

  /** Moves the balancer with nothing in the way, and sees that it has moved. */
  async converge(to: Color, what: string): Promise<void> {
    this.cloud.faults.clear();
    const { ok, output } = await this.script.run(to);
    expect(ok, `${what}, then to ${to}: ${output}`).to.equal(true);
    await this.expectOnly(to, what);
  }

  /** The balancer has this color and no other. */
  async expectOnly(color: Color, what: string): Promise<void> {
    this.figures.switches += 1;
    this.active = color;
    const droplets = await this.account.droplets(this.stack);
    const members = droplets.map(
      ({ host, isLive, isReady }) =>
        `${host} ${isLive ? "live" : "idle"} ${isReady ? "ready" : ""}`,
    );
    expect(members, what).to.deep.equal(
      ["blue", "green"].map((one) => `${one}-1 ${one === color ? "live ready" : "idle "}`),
    );
    for (let i = 0; i < 5; i++) expect((await askApp(this.url)).color, what).to.equal(color);
  }

  async close(): Promise<void> {
    console.log(`      ${JSON.stringify(this.figures)}`);
    await this.account.close();
  }
}
