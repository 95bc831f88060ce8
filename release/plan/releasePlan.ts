import { randomBytes } from "node:crypto";
import type { Color } from "../../lib/color.ts";
import type { Route } from "../../lib/route.ts";
import type { CanaryStep } from "../../settings/release.ts";

/** `pulumi config set --path KEY VALUE`; without a value `pulumi config rm --path KEY`. */
export interface ConfigChange {
  readonly key: string;
  readonly value?: string;
}

export type StepKind = "deploy" | "canary" | "approval" | "switch" | "watch" | "retire";

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

/** A rollback and a retirement are stored like releases, with one step. */
export type PlanKind = "release" | "rollback" | "retire";

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
  /** Why the release can't be rolled back once users have seen the new version. */
  readonly oneWay?: string;
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
