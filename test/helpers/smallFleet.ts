import { expect } from "chai";
import { digitalOceanEnvironment } from "../../components/digitalocean/api.ts";
import type { SetRouteInput } from "../../components/digitalocean/steps.ts";
import type { Color } from "../../lib/color.ts";
import type { LoadReport } from "../../load/index.ts";
import type { DigitalOcean } from "../../dev/emulators/digitalocean/index.ts";
import type { Call } from "../../dev/emulators/http/callLog.ts";
import { CloudAccount } from "./cloudStack.ts";
import { buildApp } from "./images.ts";
import { RouteScript } from "./routeScript.ts";
import { SwitchedFleet } from "./switchedFleet.ts";
import type { TestStack } from "./testStack.ts";
import { expectUnharmed } from "./traffic.ts";

/** An hour of consecutive switches would exceed an account's limit. */
const LIMITS = { perHour: 100_000 };

/** One droplet of each color behind the managed balancer. */
export class SmallFleet extends SwitchedFleet<DigitalOcean> {
  readonly decisive = { method: "DELETE", path: /live\/resources$/ };
  readonly #account: CloudAccount;

  private constructor(account: CloudAccount, stack: TestStack, url: string, script: RouteScript) {
    super(account, stack, url, script);
    this.#account = account;
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
      return new SmallFleet(account, stack, url, await scriptOf(account, stack));
    } catch (error) {
      await account.close();
      throw error;
    }
  }

  saidOf({ method, path }: Call): string {
    return `DigitalOcean, ${method} ${path}`;
  }

  protected expectServed(report: LoadReport): void {
    expectUnharmed(report, ...Object.keys(report.byColor));
  }

  protected async expectBalancer(color: Color, what: string): Promise<void> {
    const droplets = await this.#account.droplets(this.stack);
    const members = droplets.map(
      ({ host, isLive, isReady }) =>
        `${host} ${isLive ? "live" : "idle"} ${isReady ? "ready" : ""}`,
    );
    expect(members, what).to.deep.equal(
      ["blue", "green"].map((one) => `${one}-1 ${one === color ? "live ready" : "idle "}`),
    );
  }
}

/** Valid as long as the stack keeps its droplets. */
async function scriptOf(account: CloudAccount, stack: TestStack): Promise<RouteScript> {
  const droplets = await account.droplets(stack);
  const inputFor = (active: Color): Partial<SetRouteInput> => ({
    active,
    members: droplets.filter(({ host }) => host.startsWith(active)).map(({ id }) => id),
    generation: Date.now(),
  });
  return await RouteScript.of(stack, digitalOceanEnvironment(account.cloud), inputFor);
}
