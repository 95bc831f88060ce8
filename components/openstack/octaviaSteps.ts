import { setTimeout as sleep } from "node:timers/promises";
import { type Route, formatRoute } from "../../lib/route.ts";
import { laterGeneration } from "../../lib/generation.ts";
import { UserError } from "../../lib/userError.ts";
import type { OpenStackAccount } from "../../settings/types.ts";
import { OpenStack } from "./api.ts";
import { openStackAccount } from "./authentication.ts";
import type { BalancerParts } from "./balancerParts.ts";
import { changeBalancer } from "./changeBalancer.ts";
import { balancerNamed, partsOfBalancer } from "./inProject.ts";
import { readMark, refuseOvertakenMembers } from "./membersMark.ts";
import { OctaviaListener } from "./octaviaListener.ts";
import type { ApiMonitor, ApiPool } from "./octaviaTypes.ts";
import { refuseOvertakenRoute } from "./fencedListener.ts";
import { type WantedRoute, setOctaviaRoute } from "./setOctaviaRoute.ts";
import { type WantedMembers, setSharedMembers } from "./sharedMembers.ts";

export interface SetRouteInput extends WantedRoute {
  readonly parts: BalancerParts;
}

/** The step `octavia-route` of `OctaviaBalancer`: sets the route; see `setOctaviaRoute`. */
export async function setListenerRoute({ parts, ...wanted }: SetRouteInput): Promise<string> {
  // Retries may last minutes, and a later up may begin meanwhile.
  const stillAllowed = async () => refuseOvertakenRoute(await listener.record(), wanted.generation);
  const api = await OpenStack.open(openStackAccount(), stillAllowed);
  const listener: OctaviaListener = new OctaviaListener(api, parts);
  await setOctaviaRoute(wanted, listener);
  return formatRoute(wanted.route);
}

export interface SetMembersInput extends WantedMembers {
  readonly parts: BalancerParts;
}

/**
 * The step `octavia-members` of `OctaviaBalancer`: sets the members of the pool that both colors share; see
 * `setSharedMembers`.
 */
export async function setMembers({ parts, ...wanted }: SetMembersInput): Promise<string> {
  let began = "";
  const members = () => listener.poolMembers("shared");
  // Retries may last minutes, and a later up may begin meanwhile.
  const stillAllowed = async () => refuseOvertakenMembers(await members(), began);
  const api = await OpenStack.open(openStackAccount(), stillAllowed);
  const listener: OctaviaListener = new OctaviaListener(api, parts);
  began = laterGeneration(
    Date.now(),
    (await members()).map((member) => readMark(member)?.began),
  );
  await setSharedMembers(wanted, began, {
    members,
    state: () => listener.state(),
    set: (all) => listener.setMembers("shared", all),
    wait: (ms) => sleep(ms),
  });
  return String(wanted.members.length);
}

export interface SetPersistenceInput {
  readonly balancer: string;
  /** `type` is Octavia's word, such as `SOURCE_IP`; empty for none. */
  readonly pools: readonly { readonly id: string; readonly type: string }[];
  /** Health monitors with the Host header that they send; left out by earlier versions. */
  readonly monitors?: readonly { readonly id: string; readonly host: string }[];
}

/**
 * The step `octavia-persistence` of `OctaviaBalancer`, for what the provider can't set in place: turns session
 * persistence on or off, and sets the Host header of the health monitors.
 */
export async function setPersistence({
  balancer,
  pools,
  monitors = [],
}: SetPersistenceInput): Promise<string> {
  const api = await OpenStack.open(openStackAccount());
  for (const { id, type } of pools) {
    const path = `/lbaas/pools/${id}`;
    const { pool } = await api.get<{ pool: ApiPool }>("load-balancer", path);
    const { session_persistence: there, provisioning_status: status } = pool;
    if ((there?.type ?? "") === type && status !== "ERROR") continue;
    const session_persistence = type === "" ? null : { type };
    await changeBalancer(api, balancer, path, { pool: { session_persistence } });
  }
  for (const { id, host } of monitors) {
    const path = `/lbaas/healthmonitors/${id}`;
    const { healthmonitor: there } = await api.get<{ healthmonitor: ApiMonitor }>(
      "load-balancer",
      path,
    );
    if (there.domain_name === host && there.provisioning_status !== "ERROR") continue;
    // Octavia sends a host with HTTP/1.1 alone.
    const healthmonitor = { http_version: 1.1, domain_name: host };
    await changeBalancer(api, balancer, path, { healthmonitor });
  }
  return String(pools.length);
}

export interface SetRedirectInput {
  readonly balancer: string;
  readonly policy: string;
  /** Without a path. */
  readonly url: string;
}

/** The step `octavia-redirect` of `redirectToHttps`: makes a policy redirect to the same path at a URL. */
export async function setRedirect({ balancer, policy, url }: SetRedirectInput): Promise<string> {
  const api = await OpenStack.open(openStackAccount());
  const l7policy = { action: "REDIRECT_PREFIX", redirect_prefix: url };
  await changeBalancer(api, balancer, `/lbaas/l7policies/${policy}`, { l7policy });
  return url;
}

/** Sets the route of Octavia's load balancer. @param name In the project. */
export async function setRouteOfOctavia(
  route: Route,
  account: OpenStackAccount,
  name: string,
): Promise<readonly string[]> {
  const api = await OpenStack.open(account);
  const balancer = await balancerNamed(api, name);
  const parts = balancer && (await partsOfBalancer(api, balancer));
  if (!parts)
    throw new UserError(
      `The load balancer ${name} does not exist or is incomplete. Run pulumi up.`,
    );
  const listener = new OctaviaListener(api, parts);
  const { activeGate = "", canaryGate = "", generation: last } = (await listener.record()) ?? {};
  // The form that `pulumi up` uses: steps of a killed `up` stop, a later `up` continues.
  const generation = laterGeneration(Date.now(), [last]);
  await setOctaviaRoute({ route, generation, activeGate, canaryGate }, listener);
  return [];
}
