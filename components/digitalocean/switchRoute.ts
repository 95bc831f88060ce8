import { type Color, otherColor } from "../../lib/color.ts";
import { fencedCloud } from "./fencedCloud.ts";
import { type ManagedRecord } from "./tags.ts";

export type DropletId = number;

/** The input of the route's step. */
export interface ManagedRoute {
  readonly active: Color;
  /** All droplets of the active color. */
  readonly members: readonly DropletId[];
  readonly generation: number;
  readonly gate: number;
  /** How long requests in flight on a leaving droplet may last. */
  readonly drainSeconds: number;
}

/** One droplet of either color, as the account lists it. */
export interface Member {
  readonly id: DropletId;
  readonly color: Color;
  /** The balancer sends it requests while it is healthy. */
  readonly isLive: boolean;
  /** The balancer can check its health. */
  readonly isReady: boolean;
}

/** The account and the balancer. Changes are safe to repeat. */
export interface Cloud {
  members(): Promise<readonly Member[]>;
  record(): Promise<ManagedRecord | undefined>;
  /** Replaces all other records. */
  writeRecord(record: ManagedRecord, on: readonly DropletId[]): Promise<void>;
  setLive(ids: readonly DropletId[], isLive: boolean): Promise<void>;
  setReady(ids: readonly DropletId[], isReady: boolean): Promise<void>;
  /** The color that answers a new connection to the balancer's public address. */
  ask(): Promise<Color | undefined>;
  wait(ms: number): Promise<void>;
  now(): number;
  say(line: string): void;
}

/** For a tag to take effect, and for two good health checks. */
const ADMIT_MS = 120_000;
/** For a tag to take effect, and for two failed checks, three seconds apart. */
const EJECT_MS = 60_000;
/** For a droplet that joins or leaves where answers don't show which droplet gave them. */
const UNSEEN_MS = 30_000;
const ASK_PAUSE_MS = 50;
/** Answers after which a color counts as reachable. */
const SEEN = 5;
/** Answers in a row after which a color counts as alone: at least, and for each possible droplet. */
const IN_A_ROW = 60;
const IN_A_ROW_EACH = 8;

/**
 * Moves a managed balancer to a color without a gap. It adds the new color beside the old one until the
 * balancer answers with it; then it fails the old color's health checks until the balancer answers only
 * with the new one; once requests in flight have had their time, it removes the old color.
 *
 * @throws Error if the balancer does not follow; the changes are then undone.
 */
export async function switchRoute(wanted: ManagedRoute, unfenced: Cloud): Promise<void> {
  const cloud = fencedCloud(unfenced, wanted.generation);
  const record = await cloud.record();
  const was = colorBefore(await cloud.members(), wanted.active);
  const lostAt = record?.lostAt ?? { blue: 0, green: 0 };
  const next: ManagedRecord = {
    active: wanted.active,
    generation: wanted.generation,
    gate: wanted.gate,
    lostAt,
  };
  await cloud.writeRecord({ ...next, previous: was }, wanted.members);
  // The record has stopped the steps of earlier `up`s; only now is the list reliable.
  const before = await cloud.members();
  const others = before.filter(({ id }) => !wanted.members.includes(id));
  const old = others.filter(({ isLive }) => isLive);
  // Left by a switch that was interrupted before they joined.
  const stray = others.filter(({ isLive, isReady }) => isReady && !isLive);
  await attach(wanted, before, old, cloud);
  await drain(wanted, old, cloud);
  await cloud.setLive(idsOf(old), false);
  if (stray.length > 0) await cloud.setReady(idsOf(stray), false);
  await checkMembers(wanted, cloud);
  const lost = old.some(({ color }) => color !== wanted.active)
    ? otherColor(wanted.active)
    : undefined;
  await cloud.writeRecord(
    lost ? { ...next, lostAt: { ...lostAt, [lost]: cloud.now() } } : next,
    wanted.members,
  );
}

/** The color before the switch: the other one if any of it is live. */
function colorBefore(members: readonly Member[], active: Color): Color | "none" {
  const live = members.filter(({ isLive }) => isLive);
  if (live.some(({ color }) => color !== active)) return otherColor(active);
  return live.length > 0 ? active : "none";
}

/** Droplets leave only after the balancer has answered with the wanted color. */
async function attach(
  wanted: ManagedRoute,
  before: readonly Member[],
  leaving: readonly Member[],
  cloud: Cloud,
): Promise<void> {
  const joining = wanted.members.filter((id) => {
    const member = before.find((one) => one.id === id);
    return !member?.isLive || !member.isReady;
  });
  if (joining.length === 0 && leaving.length === 0) return;
  const isNew = !before.some(({ color, isLive }) => isLive && color === wanted.active);
  if (joining.length > 0) {
    cloud.say(`${wanted.active}: ${joining.length} droplets join the balancer`);
    await cloud.setReady(joining, true);
    await cloud.setLive(joining, true);
    // Other droplets of the color already answer, so answers don't show whether a new droplet has joined,
    // or whether earlier failed checks still remove one that was draining.
    if (!isNew && leaving.length > 0) await cloud.wait(UNSEEN_MS);
  }
  if (await isSeen(wanted.active, cloud)) return;
  if (isNew) {
    await cloud.setLive(joining, false);
    await cloud.setReady(joining, false);
  }
  throw new Error(
    `${wanted.active}: the balancer does not answer with it ${ADMIT_MS / 1000} seconds after its ` +
      `droplets joined${isNew ? ", so they were removed again" : ""}. The route is unchanged.`,
  );
}

/** Need not be in a row: the balancer may still send every second request elsewhere. */
async function isSeen(color: Color, cloud: Cloud): Promise<boolean> {
  const until = cloud.now() + ADMIT_MS;
  for (let seen = 0; cloud.now() < until; await cloud.wait(ASK_PAUSE_MS)) {
    if ((await cloud.ask()) === color) seen += 1;
    if (seen === SEEN) return true;
  }
  return false;
}

async function drain(wanted: ManagedRoute, old: readonly Member[], cloud: Cloud): Promise<void> {
  if (old.length === 0) return;
  cloud.say(`${old.length} droplets leave the balancer: no new requests`);
  await cloud.setReady(idsOf(old), false);
  const changesColor = old.some(({ color }) => color !== wanted.active);
  if (!changesColor) {
    // Answers don't show which droplet of a color gave them.
    await cloud.wait(UNSEEN_MS);
  } else if (!(await isAlone(wanted, old.length, cloud))) {
    await cloud.setReady(idsOf(old), true);
    throw new Error(
      `${otherColor(wanted.active)}: the balancer still answers with it ${EJECT_MS / 1000} seconds ` +
        `after its health checks were blocked, so they were allowed again. Both colors take traffic now. ` +
        `Run pulumi up to try again, or set activeColor to ${otherColor(wanted.active)} first to go back.`,
    );
  }
  cloud.say(`requests in flight have ${wanted.drainSeconds} s to finish`);
  await cloud.wait(wanted.drainSeconds * 1000);
}

/** Finding one old droplet among many new ones takes more answers. */
async function isAlone(wanted: ManagedRoute, old: number, cloud: Cloud): Promise<boolean> {
  const until = cloud.now() + EJECT_MS;
  const enough = Math.max(IN_A_ROW, (IN_A_ROW_EACH * (wanted.members.length + old)) / old);
  for (let inARow = 0; cloud.now() < until; await cloud.wait(ASK_PAUSE_MS)) {
    inARow = (await cloud.ask()) === wanted.active ? inARow + 1 : 0;
    if (inARow >= enough) return true;
  }
  return false;
}

async function checkMembers(wanted: ManagedRoute, cloud: Cloud): Promise<void> {
  const live = idsOf((await cloud.members()).filter(({ isLive }) => isLive));
  const isRight =
    live.length === wanted.members.length && wanted.members.every((id) => live.includes(id));
  if (isRight) return;
  throw new Error(
    `The balancer has the droplets ${live.join(", ") || "(none)"} instead of ` +
      `${wanted.members.join(", ")}: its tags were changed outside this program. Run pulumi up again.`,
  );
}

function idsOf(members: readonly Member[]): DropletId[] {
  return members.map(({ id }) => id);
}
