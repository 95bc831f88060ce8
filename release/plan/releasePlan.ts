import { randomBytes } from "node:crypto";
import type { Color } from "../../lib/color.ts";
import { formatGrant } from "../../lib/grant.ts";
import type { Route } from "../../lib/route.ts";
import type { CanaryStep } from "../../settings/release.ts";
import type { Digests } from "./digests.ts";

/** `pulumi config set --path KEY VALUE`; without a value `pulumi config rm --path KEY`. */
export interface ConfigChange {
  readonly key: string;
  readonly value?: string;
}

export type StepKind = "start" | "deploy" | "canary" | "approval" | "switch" | "watch" | "retire";

/** A named part of a release. If it sets config, `pulumi up` applies it. */
export interface Step {
  /** Unique within the release: `canary-5`. */
  readonly name: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly config: readonly ConfigChange[];
  /** Restores the config if the release fails in this step. */
  readonly undo: readonly ConfigChange[];
  readonly undoTitle: string;
  /** For canary steps. */
  readonly canary?: CanaryStep;
  /** For the watch. */
  readonly seconds?: number;
}

/** A rollback, a bare switch and a retirement are stored like releases, with few steps. */
export type PlanKind = "release" | "rollback" | "switch" | "retire";

/** A whole release, as stored in the journal: resuming it needs nothing else. */
export interface ReleasePlan {
  readonly kind: PlanKind;
  /** Starts with the time: ids sort by age. */
  readonly id: string;
  readonly stack: string;
  /** The image that takes the traffic, or is retired, at the end. */
  readonly image: string;
  /** The image of the color that takes traffic when the release starts. */
  readonly liveImage: string;
  /** The color that has the traffic when the release starts, and the one that gets it. */
  readonly from: Color;
  readonly to: Color;
  /** The balancer's route when the release starts. */
  readonly before: Route;
  readonly steps: readonly Step[];
  /** What each color must run once the image is deployed, as far as it is known. */
  readonly digests?: Digests;
  /** What verdicts are made from and what they leave out, in lines for people; absent where nothing is judged. */
  readonly judgement?: readonly string[];
  /** The tag that it was released by, if it means another image than before. */
  readonly movedTag?: string;
  /** Set if the image's signature was checked. */
  readonly isSigned?: true;
  /** The settings of the app that change with it, secrets without their values: `app.memoryMb 256 -> 512`. */
  readonly changes?: readonly string[];
  /** Why the release can't be rolled back once users have seen the new version. */
  readonly oneWay?: string;
  /** What the balancer does if the command is killed; absent in a plan that gives nothing for a limited time. */
  readonly onSilence?: "takes-back" | "stays";
}

/** Whether requests of users decide about one of its steps. */
export function isJudged({ steps }: Pick<ReleasePlan, "steps">): boolean {
  return steps.some(({ kind }) => kind === "canary" || kind === "approval" || kind === "watch");
}

/**
 * Every key that a release moves, as it is once a step is done: the colors' images and counts, whether they keep
 * their settings, the live color, the canary. A person may have edited one in the meantime, so a step sets all of them.
 */
export function configAfter(plan: ReleasePlan, step: Step): readonly ConfigChange[] {
  const done = plan.steps.slice(0, plan.steps.indexOf(step) + 1);
  return inOrder([...configBefore(plan), ...done.flatMap(({ config }) => config)]);
}

/** The same, as it is once the release is rolled back. @param keepsImage Of the color that was to take over. */
export function configRolledBack(plan: ReleasePlan, keepsImage: boolean): readonly ConfigChange[] {
  const deploy = plan.steps.filter(({ kind }) => kind === "deploy");
  return inOrder([
    ...configBefore(plan),
    ...(keepsImage ? deploy.flatMap(({ config }) => config) : []),
  ]);
}

/** The first step that moves a key knows its value before the release. */
function configBefore({ steps, from, liveImage }: ReleasePlan): readonly ConfigChange[] {
  const undo = steps.flatMap((step) => step.undo).reverse();
  return [...undo, { key: `${from}.image`, value: liveImage }];
}

/** What the balancer does once a step has set the route; undefined for a step that sets none. */
export function routeAfter(
  { kind, before, from, to }: Pick<ReleasePlan, "kind" | "before" | "from" | "to">,
  step: Pick<Step, "kind" | "canary">,
): Omit<Route, "testers"> | undefined {
  if (step.kind === "canary") return { active: from, canaryWeight: step.canary?.weight ?? 0 };
  if (step.kind !== "switch") return undefined;
  return { active: to, canaryWeight: kind === "rollback" ? 0 : before.canaryWeight };
}

/**
 * For a step whose traffic the balancer takes back if the release falls silent. Not for testers, who may wait for a
 * person without a process, nor for a switch that can't be undone.
 */
export function grantOf(
  { kind, before, oneWay }: Pick<ReleasePlan, "kind" | "before" | "oneWay">,
  step: Pick<Step, "kind" | "canary">,
): string | undefined {
  const isGiving =
    (step.kind === "canary" && step.canary?.weight !== 0) ||
    (step.kind === "switch" && oneWay === undefined);
  return kind === "release" && isGiving ? formatGrant(before) : undefined;
}

/** A later change replaces earlier ones of its key, of what the key holds, and of what holds the key. */
function inOrder(changes: readonly ConfigChange[]): readonly ConfigChange[] {
  const last = new Map<string, ConfigChange>();
  for (const change of changes) {
    for (const key of last.keys()) if (isWithin(key, change.key)) last.delete(key);
    last.set(change.key, change);
  }
  return [...last.values()];
}

function isWithin(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

/** What identifies a plan; the rest follows from the settings. */
export type PlanIdentity = Pick<ReleasePlan, "id" | "stack">;

/** `20261121T190312Z-4f1a` */
export function newPlanId(): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  return `${time}-${randomBytes(2).toString("hex")}`;
}

/** A change of the config as the user would type it. */
export function configCommand({ key, value }: ConfigChange): string {
  const path = key.includes(".") ? "--path " : "";
  return value === undefined
    ? `pulumi config rm ${path}${key}`
    : `pulumi config set ${path}${key} ${value}`;
}
