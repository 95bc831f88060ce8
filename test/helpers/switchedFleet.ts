import { expect } from "chai";
import { type Color, otherColor } from "../../lib/color.ts";
import type { LoadOptions, LoadReport } from "../../load/index.ts";
import type { Call, Violation } from "../../dev/emulators/http/callLog.ts";
import type { Fault } from "../../dev/emulators/http/faults.ts";
import type { EmulatedCloud } from "../../dev/emulators/registry/registryBeside.ts";
import { askApp, pause, startUsers } from "./asking.ts";
import type { EmulatedAccount } from "./emulatedAccount.ts";
import type { RouteScript } from "./routeScript.ts";
import type { TestStack } from "./testStack.ts";

/** Shorter than the default drain time; there are few hosts here, and their requests end soon. */
const USERS = { ratePerSecond: 60, slowSeconds: 1 };

/** How long users keep sending requests once everything is done. */
const AFTERWARDS_MS = 2000;

/** A cloud whose API fails on demand. */
export interface FaultyCloud extends EmulatedCloud {
  calls(): readonly Call[];
  reset(): void;
  readonly violations: readonly Violation[];
  readonly faults: { inject(fault: Fault): void; clear(): void };
}

/**
 * One host of each color behind a cloud's balancer, which a script moves through the cloud's API;
 * and statistics of what was done to them.
 */
export abstract class SwitchedFleet<Cloud extends FaultyCloud = FaultyCloud> {
  readonly stack: TestStack;
  readonly url: string;
  readonly script: RouteScript;
  readonly figures = { switches: 0, requests: 0, failed: 0 };
  active: Color = "blue";
  /** The call that moves users to the other color. */
  abstract readonly decisive: Pick<Fault, "method" | "path">;

  readonly #account: EmulatedAccount<Cloud>;
  readonly #users: Partial<LoadOptions>;

  /** @param users Additional settings for their load. */
  protected constructor(
    account: EmulatedAccount<Cloud>,
    stack: TestStack,
    url: string,
    script: RouteScript,
    users: Partial<LoadOptions> = {},
  ) {
    this.#account = account;
    this.#users = users;
    this.stack = stack;
    this.url = url;
    this.script = script;
  }

  get cloud(): Cloud {
    return this.#account.cloud;
  }

  get idle(): Color {
    return otherColor(this.active);
  }

  /** The program's message for a call that has failed permanently. */
  abstract saidOf(call: Call): string;

  /** Expects that users got what they are promised. */
  protected abstract expectServed(report: LoadReport): void;

  /** Expects that the balancer has only this color. */
  protected abstract expectBalancer(color: Color, what: string): Promise<void>;

  /** Of the calls of one switch, those that every switch makes. */
  protected certain(calls: readonly Call[]): number {
    return calls.length;
  }

  clearFaults(): void {
    this.cloud.faults.clear();
  }

  /** Runs an action under load, and expects that all users get what they are promised. */
  async underLoad(what: string, work: () => Promise<void>): Promise<void> {
    const load = startUsers(this.url, { ...USERS, ...this.#users });
    await work();
    await pause(AFTERWARDS_MS);
    const report = await load.stop();
    console.log(`      ${what}: ${report.total} requests, ${report.failedTotal} failed`);
    this.figures.requests += report.total;
    this.figures.failed += report.failedTotal;
    try {
      this.expectServed(report);
    } catch (error) {
      throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The minimum number of API calls in a switch without faults. */
  async countCalls(): Promise<number> {
    this.cloud.reset();
    const { ok, output } = await this.script.run(this.idle);
    if (!ok) throw new Error(output);
    const calls = this.certain(this.cloud.calls());
    await this.expectOnly(this.idle, "undisturbed");
    return calls;
  }

  /** Moves the balancer without faults, and checks that it has moved. */
  async converge(to: Color, what: string): Promise<void> {
    this.clearFaults();
    const { ok, output } = await this.script.run(to);
    expect(ok, `${what}, then to ${to}: ${output}`).to.equal(true);
    await this.expectOnly(to, what);
  }

  /** Updates the state to match the balancer, which the script alone has moved. */
  async settle(): Promise<void> {
    await this.stack.set({ activeColor: this.active });
    await this.stack.mustUp();
  }

  /** Expects that the balancer and users have only this color. */
  async expectOnly(color: Color, what: string): Promise<void> {
    this.figures.switches += 1;
    this.active = color;
    await this.expectBalancer(color, what);
    for (let i = 0; i < 5; i++) expect((await askApp(this.url)).color, what).to.equal(color);
  }

  /** Throws if anything of it is left. */
  async destroy(): Promise<void> {
    await this.settle();
    await this.#account.mustDestroy(this.stack);
  }

  async close(): Promise<void> {
    console.log(`      ${JSON.stringify(this.figures)}`);
    await this.#account.close();
  }
}
