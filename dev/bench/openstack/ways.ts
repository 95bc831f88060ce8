import type { Color } from "../../../lib/color.ts";
import { octaviaScript } from "../../../test/helpers/octaviaFleet.ts";
import { byProgram, byUp, edgeProgram, edgeStack } from "../cloud/commands.ts";
import { oncePerFleet } from "../cloud/fleet.ts";
import type { Way, WayKind } from "../cloud/way.ts";
import { colorAt, isAnsweredBy } from "./answers.ts";
import { type Fleet, NETWORKS, placeIn } from "./fleet.ts";
import { TutorialBalancer } from "./tutorialBalancer.ts";

export interface OvhWayKind extends WayKind<Fleet> {
  /** What users come in by; Octavia can't promise that no request is lost. */
  readonly balancer: "Octavia" | "edge" | "by hand";
}

/**
 * All ways that are compared, in the order of the table's columns; the first is what the others are
 * compared with. Whatever their `open` makes ends with the fleet's account.
 */
export const WAYS: readonly OvhWayKind[] = [
  { name: "Octavia, pulumi up", balancer: "Octavia", isOurs: true, open: byOctaviaUp },
  { name: "Octavia, switch script", balancer: "Octavia", isOurs: true, open: byPointer },
  { name: "Octavia, weights", balancer: "Octavia", isOurs: true, open: byWeights },
  { name: "edge, pulumi up", balancer: "edge", isOurs: true, open: byEdgeUp },
  { name: "edge, switch script", balancer: "edge", isOurs: true, open: byEdgeScript },
  { name: "sed and reload", balancer: "by hand", isOurs: false, open: byHand("reload") },
  { name: "sed and restart", balancer: "by hand", isOurs: false, open: byHand("restart") },
];

async function byOctaviaUp({ stack, url }: Fleet): Promise<Way> {
  return await wayAt(`${url}/`, byUp(stack));
}

async function byPointer({ account, stack, url }: Fleet): Promise<Way> {
  return await wayAt(`${url}/`, byProgram(await octaviaScript(account, stack)));
}

/** Of green, in percent, one after the other; with all or nothing of it the weights are passed by. */
export const SHARES = { green: [10, 50, 100], blue: [50, 10, 0] } as const;

async function byWeights({ account, stack, url }: Fleet): Promise<Way> {
  const to = async (canaryWeight: number) => {
    const route = { active: "blue", canaryWeight, testers: false } as const;
    return byProgram(await octaviaScript(account, stack, () => route));
  };
  const programs = { 0: await to(0), 10: await to(10), 50: await to(50), 100: await to(100) };
  return await wayAt(`${url}/`, async (color) => {
    for (const share of SHARES[color]) await programs[share](color);
  });
}

async function byEdgeUp(fleet: Fleet): Promise<Way> {
  const { stack, url } = await openEdge(fleet);
  return await wayAt(url, byUp(stack));
}

async function byEdgeScript(fleet: Fleet): Promise<Way> {
  const { stack, url } = await openEdge(fleet);
  return await wayAt(url, byProgram(await edgeProgram(stack)));
}

/** Both ways have the same stack. */
const openEdge = oncePerFleet(async (fleet: Fleet) => {
  const stack = await edgeStack(fleet, placeIn(fleet.account, NETWORKS.edge));
  const { url } = await stack.outputs();
  return { stack, url: `${String(url)}/` };
});

function byHand(how: "reload" | "restart"): (fleet: Fleet) => Promise<Way> {
  return async (fleet) => {
    const balancer = await openTutorial(fleet);
    return await wayAt(balancer.url, (color) => balancer.switchTo(color, how));
  };
}

const openTutorial = oncePerFleet((fleet: Fleet) => TutorialBalancer.open(fleet));

async function wayAt(url: string, moveTo: Way["moveTo"]): Promise<Way> {
  return {
    ...{ url, moveTo, active: (await colorAt(url)) ?? "blue" },
    hasMovedTo: (color: Color) => isAnsweredBy(url, color),
  };
}
