import { type Color, otherColor } from "../../lib/color.ts";
import { fencedCloud } from "./fencedCloud.ts";
import { type ManagedRecord } from "./tags.ts";

export type DropletId = number;

/** What the route's script is asked for. */
export interface ManagedRoute {
  readonly active: Color;
  /** All droplets that the active color is to have. */
  readonly members: readonly DropletId[];
  readonly generation: number;
  readonly gate: number;
  /** How long requests in flight on a droplet may last when it leaves. */
  readonly drainSeconds: number;
}

/** One droplet of either color, as the account has it. */
export interface Member {
  readonly id: DropletId;
  readonly color: Color;
  /** The balancer sends it requests, where it finds it healthy. */
  readonly isLive: boolean;
  /** The balancer can ask about its health. */
  readonly isReady: boolean;
}

/** The account and the balancer. Whatever changes something may be done twice. */
export interface Cloud {
  members(): Promise<readonly Member[]>;
  record(): Promise<ManagedRecord | undefined>;
  /** Puts the record in the place of all others. */
  writeRecord(record: ManagedRecord, on: readonly DropletId[]): Promise<void>;
  setLive(ids: readonly DropletId[], isLive: boolean): Promise<void>;
  setReady(ids: readonly DropletId[], isReady: boolean): Promise<void>;
  /** The color that answers a new connection to the balancer's public address. */
  ask(): Promise<Color | undefined>;
  wait(ms: number): Promise<void>;
  now(): number;
  say(line: string): void;
}

/** From a tag to the balancer's effect, and from the first good health check to the second. */
const ADMIT_MS = 120_000;
/** Two failed checks, three seconds apart, and the time that a tag takes to have an effect. */
const EJECT_MS = 60_000;
/** For a droplet that comes or goes where the answers do not tell which droplet gave them. */
const UNSEEN_MS = 30_000;
const ASK_PAUSE_MS = 50;
/** Answers by which a color counts as there. */
const SEEN = 5;
/** Answers without a break by which it counts as alone, and for each droplet that could answer. */
const IN_A_ROW = 60;
const IN_A_ROW_EACH = 8;

/**
 * Moves a managed balancer to a color without a moment in which nobody is there: the new color beside
 * the old one, until the balancer itself answers with it; then the old color's health check off, until
 * it answers with nothing else; then, when requests in flight have had their time, the old color off.
 *
 * @throws Error where the balancer does not follow; it is as it was then.
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
  // Only now that a script of an earlier up has stopped.
  const before = await cloud.members();
  const others = before.filter(({ id }) => !wanted.members.includes(id));
  const old = others.filter(({ isLive }) => isLive);
  // From a switch that was ended before they had joined.
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

/** The color that is live without being wanted; the wanted one where it is so already. */
function colorBefore(members: readonly Member[], active: Color): Color | "none" {
  const live = members.filter(({ isLive }) => isLive);
  if (live.some(({ color }) => color !== active)) return otherColor(active);
  return live.length > 0 ? active : "none";
}

/** Nobody leaves before the balancer has been seen to answer with the wanted color. */
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
    // A new droplet is not there yet, and one that was being drained may still be thrown out by checks
    // that failed, while others of the color, or that one itself, answer.
    if (!isNew && leaving.length > 0) await cloud.wait(UNSEEN_MS);
  }
  if (await isSeen(wanted.active, cloud)) return;
  if (isNew) {
    await cloud.setLive(joining, false);
    await cloud.setReady(joining, false);
  }
  throw new Error(
    `${wanted.active}: the balancer does not answer with it ${ADMIT_MS / 1000} seconds after its ` +
      `droplets joined${isNew ? ", so they were taken out again" : ""}. The route is as it was.`,
  );
}

/** Answers of the color, if not in a row: the balancer may still send every second request elsewhere. */
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
    // Nobody can tell from outside which droplet of one color has answered.
    await cloud.wait(UNSEEN_MS);
  } else if (!(await isAlone(wanted, old.length, cloud))) {
    await cloud.setReady(idsOf(old), true);
    throw new Error(
      `${otherColor(wanted.active)}: the balancer still answers with it ${EJECT_MS / 1000} seconds ` +
        `after its health checks were stopped, so they were allowed again. Both colors take traffic ` +
        `now; pulumi up tries again, or goes back where activeColor is ${otherColor(wanted.active)}.`,
    );
  }
  cloud.say(`requests in flight have ${wanted.drainSeconds} s to end`);
  await cloud.wait(wanted.drainSeconds * 1000);
}

/** Where one old droplet hides among many new ones it takes more answers to find it. */
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
      `${wanted.members.join(", ")}: somebody else changed it at the same time. Run pulumi up again.`,
  );
}

function idsOf(members: readonly Member[]): DropletId[] {
  return members.map(({ id }) => id);
}
