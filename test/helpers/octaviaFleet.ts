import { expect } from "chai";
import { openStackEnvironment } from "../../components/openstack/authentication.ts";
import type { SetRouteInput } from "../../components/openstack/octaviaSteps.ts";
import type { Color } from "../../lib/color.ts";
import { MARKS } from "../../components/openstack/balancerParts.ts";
import type { ApiListener, ApiPool } from "../../components/openstack/octaviaTypes.ts";
import type { Route } from "../../lib/route.ts";
import { readOpenStack, toOpenStackAccount } from "../../settings/openStackAccount.ts";
import type { LoadReport } from "../../load/index.ts";
import type { Call } from "../../dev/emulators/http/callLog.ts";
import type { Ovh } from "../../dev/emulators/openstack/ovh.ts";
import { CloudProject } from "./cloudProject.ts";
import { buildApp } from "./images.ts";
import { OpenStackClient } from "./openstackClient.ts";
import { RouteScript } from "./routeScript.ts";
import { SwitchedFleet } from "./switchedFleet.ts";
import type { TestStack } from "./testStack.ts";
import { APP_COLOR_HEADER, expectFewCut } from "./traffic.ts";

const OCTAVIA = "/load-balancer/v2.0";

/** One instance of each color behind Octavia, in a network with its own range. */
export class OctaviaFleet extends SwitchedFleet<Ovh> {
  readonly decisive = { method: "PUT", path: /lbaas\/listeners\// };

  private constructor(project: CloudProject, stack: TestStack, url: string, script: RouteScript) {
    super(project, stack, url, script, { colorHeader: APP_COLOR_HEADER });
  }

  static async open(): Promise<OctaviaFleet> {
    const project = await CloudProject.open();
    try {
      const region = project.cloud.environment["OS_REGION_NAME"];
      const [v1, v2] = [await buildApp("v1"), await buildApp("v2")];
      const stack = await project.createStack({
        activeColor: "blue",
        blue: { image: await project.push(v1), count: 1 },
        green: { image: await project.push(v2), count: 1 },
        ovh: { region, networkCidr: "10.43.16.0/20" },
        drainSeconds: 1,
      });
      await stack.mustUp();
      const url = String((await stack.outputs())["url"]);
      return new OctaviaFleet(project, stack, url, await octaviaScript(project, stack));
    } catch (error) {
      await project.close();
      throw error;
    }
  }

  override clearFaults(): void {
    super.clearFaults();
    this.cloud.octavia.clearFaults();
  }

  /** Changes the load balancer by hand, which takes a while. */
  async holdBalancer(forMs: number): Promise<void> {
    const client = await OpenStackClient.at(this.cloud);
    const path = `${OCTAVIA}/lbaas/loadbalancers`;
    const { body } = await client.ask<{ loadbalancers: { id: string }[] }>("GET", path);
    this.cloud.octavia.stick({ forMs, ends: "ACTIVE" });
    const change = { loadbalancer: { description: "watched" } };
    const { status } = await client.ask("PUT", `${path}/${body.loadbalancers[0]?.id}`, change);
    expect(status).to.equal(200);
  }

  /**
   * Keystone's calls are named by their URL, all others by service and the path after its version.
   */
  saidOf({ method, path }: Call): string {
    return path.startsWith(OCTAVIA)
      ? `OpenStack (load-balancer), ${method} ${path.slice(OCTAVIA.length)}`
      : `OpenStack, ${method} ${this.cloud.environment["OS_AUTH_URL"]}/auth/tokens`;
  }

  protected expectServed(report: LoadReport): void {
    expectFewCut(report);
  }

  protected async expectBalancer(color: Color, what: string): Promise<void> {
    const client = await OpenStackClient.at(this.cloud);
    const list = async <T>(kind: string) =>
      (await client.ask<Record<string, T[]>>("GET", `${OCTAVIA}/lbaas/${kind}`)).body[kind] ?? [];
    const pools = await list<ApiPool>("pools");
    const listeners = await list<ApiListener & { provisioning_status: string }>("listeners");
    const [users] = listeners.filter(({ description }) => description === MARKS.listener);
    expect(users?.provisioning_status, what).to.equal("ACTIVE");
    const pointer = pools.find(({ id }) => id === users?.default_pool_id);
    expect(pointer?.description, what).to.equal(MARKS.pool(color));
  }

  /** How often a change is polled until it takes effect varies with timing. */
  protected override certain(calls: readonly Call[]): number {
    const looks = calls.filter(({ path }) => path.includes("/loadbalancers/"));
    const changes = calls.filter(
      ({ method, path }) => method === "PUT" && path.includes("/lbaas/"),
    );
    return calls.length - looks.length + changes.length;
  }
}

/**
 * The script of a running stack.
 * @param routeFor The route for a color; by default that color alone.
 */
export async function octaviaScript(
  { cloud }: CloudProject,
  stack: TestStack,
  routeFor: (color: Color) => Route = (active) => ({ active, canaryWeight: 0, testers: false }),
): Promise<RouteScript> {
  const given = readOpenStack(() => undefined, cloud.environment);
  const account = toOpenStackAccount(given, cloud.environment["OS_REGION_NAME"] ?? "");
  const inputFor = (color: Color): Partial<SetRouteInput> => ({
    route: routeFor(color),
    generation: new Date().toISOString(),
  });
  return await RouteScript.of(stack, openStackEnvironment(account), inputFor);
}
