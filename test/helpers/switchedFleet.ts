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

/** Shorter than a host is left in peace here; there are few, and what they ask ends soon. */
const USERS = { ratePerSecond: 60, slowSeconds: 1 };

/** How long users go on asking when all is done. */
const AFTERWARDS_MS = 2000;

/** A cloud whose API can be told to fail. */
export interface FaultyCloud extends EmulatedCloud {
  calls(): readonly Call[];
  reset(): void;
  readonly violations: readonly Violation[];
  readonly faults: { inject(fault: Fault): void; clear(): void };
}

/**
 * One host of each color behind a balancer of the cloud, which a script moves by the cloud's API; and
 * figures of what was done to them.
 */
export abstract class SwitchedFleet<Cloud extends FaultyCloud = FaultyCloud> {
  readonly stack: TestStack;
  readonly url: string;
  readonly script: RouteScript;
  readonly figures = { switches: 0, requests: 0, failed: 0 };
  active: Color = "blue";
  /** The call that makes users see the other color. */
  abstract readonly decisive: Pick<Fault, "method" | "path">;

  readonly #account: EmulatedAccount<Cloud>;
  readonly #users: Partial<LoadOptions>;

  /** @param users What their load needs besides. */
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

  /** What the program says of a call that has failed for good. */
  abstract saidOf(call: Call): string;

  /** Expects that users got what they are promised. */
  protected abstract expectServed(report: LoadReport): void;

  /** Expects that the balancer has this color and no other. */
  protected abstract expectBalancer(color: Color, what: string): Promise<void>;

  /** Of those that a switch made, the ones that each switch makes. */
  protected certain(calls: readonly Call[]): number {
    return calls.length;
  }

  clearFaults(): void {
    this.cloud.faults.clear();
  }

  /** Has users while something is done; all of them get what they are promised. */
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

  /** How many calls of the API a switch makes, at least, in which nothing fails. */
  async countCalls(): Promise<number> {
    this.cloud.reset();
    const { ok, output } = await this.script.run(this.idle);
    if (!ok) throw new Error(output);
    const calls = this.certain(this.cloud.calls());
    await this.expectOnly(this.idle, "undisturbed");
    return calls;
  }

  /** Moves the balancer with nothing in the way, and sees that it has moved. */
  async converge(to: Color, what: string): Promise<void> {
    this.clearFaults();
    const { ok, output } = await this.script.run(to);
    expect(ok, `${what}, then to ${to}: ${output}`).to.equal(true);
    await this.expectOnly(to, what);
  }

  /** Brings the state to where the balancer is: the script alone has moved that. */
  async settle(): Promise<void> {
    await this.stack.set({ activeColor: this.active });
    await this.stack.mustUp();
  }

  /** The balancer has this color and no other, and so have users. */
  async expectOnly(color: Color, what: string): Promise<void> {
    this.figures.switches += 1;
    this.active = color;
    await this.expectBalancer(color, what);
    for (let i = 0; i < 5; i++) expect((await askApp(this.url)).color, what).to.equal(color);
  }

  /** Throws where something is left of it. */
  async destroy(): Promise<void> {
    await this.settle();
    await this.#account.mustDestroy(this.stack);
  }

  async close(): Promise<void> {
    console.log(`      ${JSON.stringify(this.figures)}`);
    await this.#account.close();
  }
}
