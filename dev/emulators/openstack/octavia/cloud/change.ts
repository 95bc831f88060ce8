import { certificateRefs } from "../plane/amphoraConfig.ts";
import { conflict, immutable, Refusal } from "../refusal.ts";
import { dutiesOf } from "./duties.ts";
import type { Listener, LoadBalancer, Pool, Resource } from "./records.ts";
import { type State, timestamp } from "./state.ts";

/** A request: what it makes, changes and removes; each says so itself while it is on its way. */
export interface Change {
  readonly created?: readonly Resource[];
  readonly updated?: readonly Resource[];
  readonly deleted?: readonly Resource[];
  /** What is locked beside it: the listeners that use a pool, the pool of a member. */
  readonly parents?: readonly Resource[];
  /** Called when it is over and did not fail. */
  readonly done?: () => void;
}

/**
 * A load balancer takes one change at a time.
 * @throws Refusal 409, in the words for what belongs to it
 */
export function refuseWhilePending(balancer: LoadBalancer): void {
  if (balancer.provisioning !== "ACTIVE") throw immutable("Load Balancer", balancer.id);
}

/** A change of the load balancer itself. @throws Refusal 409 */
export function refuseOwnWhilePending(balancer: LoadBalancer, isDelete = false): void {
  const { id, provisioning } = balancer;
  if (provisioning === "ACTIVE" || (isDelete && provisioning === "ERROR")) return;
  throw conflict(`Invalid state ${provisioning} of loadbalancer resource ${id}`);
}

/** A pool, or a policy, that a failed change left in `ERROR`. @throws Refusal 409 */
export function refuseBroken(parent: Resource, kind: "Pool" | "L7Policy"): void {
  if (parent.provisioning !== "ACTIVE") throw immutable(kind, parent.id);
}

/** A pool and the listeners that use it. */
export function poolAndListeners(state: State, pool: Pool): (Pool | Listener)[] {
  return [pool, ...state.listenersUsing(pool)];
}

/** Locks the load balancer, and brings into force what is recorded now, after a while. */
export function change(state: State, balancer: LoadBalancer, order: Change): void {
  const { schedule, delays } = state.options;
  lock(balancer, order);
  const stuck = state.stuck.take(balancer.id);
  const what = `changing load balancer ${balancer.settings.name}`;
  schedule.after(stuck?.forMs ?? schedule.draw(delays.effect), what, () => {
    queue(state, balancer, what, async () => {
      if (stuck?.ends === "ERROR") return fail(balancer, order);
      await bringIntoForce(state, balancer).catch((error: unknown) => {
        fail(balancer, order);
        throw error;
      });
      schedule.after(schedule.draw(delays.confirm), what, () => finish(balancer, order));
    });
  });
}

function lock(balancer: LoadBalancer, order: Change): void {
  const { created = [], updated = [], deleted = [], parents = [] } = order;
  for (const it of [balancer, ...parents, ...updated]) it.provisioning = "PENDING_UPDATE";
  for (const it of updated) it.updatedAt = timestamp();
  for (const it of created) it.provisioning = "PENDING_CREATE";
  for (const it of deleted) it.provisioning = "PENDING_DELETE";
}

/** Nothing of one load balancer happens at the same time. */
export function queue(
  state: State,
  balancer: LoadBalancer,
  what: string,
  doing: () => Promise<void> | void,
): void {
  const before = balancer.work;
  balancer.work = new Promise((resolve) => {
    state.options.schedule.now(what, () => before.then(doing).finally(resolve));
  });
}

/** PEM by reference. @throws Refusal 400 for one that does not exist */
export function certificatesFor(state: State, refs: readonly string[]): Map<string, string> {
  return new Map(
    refs.map((ref) => {
      const pem = state.options.certificate(ref);
      if (pem === undefined) throw new Refusal(400, `Could not retrieve certificate: ${ref}`);
      return [ref, pem];
    }),
  );
}

async function bringIntoForce(state: State, balancer: LoadBalancer): Promise<void> {
  const duties = dutiesOf(state, balancer);
  await balancer.running?.apply(duties, certificatesFor(state, certificateRefs(duties)));
}

/** What the request was about is broken then; all else takes requests again. */
function fail(balancer: LoadBalancer, order: Change): void {
  for (const it of [balancer, ...(order.parents ?? [])]) it.provisioning = "ACTIVE";
  for (const it of subjects(order)) it.provisioning = "ERROR";
}

function finish(balancer: LoadBalancer, order: Change): void {
  for (const it of [balancer, ...(order.parents ?? []), ...subjects(order)]) {
    it.provisioning = "ACTIVE";
  }
  order.done?.();
}

function subjects({ created = [], updated = [], deleted = [] }: Change): Resource[] {
  return [...created, ...updated, ...deleted];
}
