import type { Color } from "../../lib/color.ts";
import type { Route } from "../../lib/route.ts";
import type { CanaryStep } from "../../settings/release.ts";

/** `pulumi config set --path KEY VALUE`; without a value `pulumi config rm --path KEY`. */
export interface ConfigChange {
  readonly key: string;
  readonly value?: string;
}

export type StepKind = "deploy" | "canary" | "approval" | "switch" | "watch" | "retire";

/** A named part of a release. Where it sets config, `pulumi up` makes it so. */
export interface Step {
  /** Unlike that of any other step of the release: `canary-5`. */
  readonly name: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly config: readonly ConfigChange[];
  /** What puts the config back, for a release that ends in this step. */
  readonly undo: readonly ConfigChange[];
  readonly undoTitle: string;
  /** For canary steps. */
  readonly canary?: CanaryStep;
  /** For the watch. */
  readonly seconds?: number;
}

/** A rollback and a retirement are kept as releases are, with one step. */
export type PlanKind = "release" | "rollback" | "retire";

/** A whole release, as it is kept in the journal: what resumes it needs nothing else. */
export interface ReleasePlan {
  readonly kind: PlanKind;
  /** Begins with the time, so that ids are in order. */
  readonly id: string;
  readonly stack: string;
  /** What takes the traffic, or is retired, at the end. */
  readonly image: string;
  /** What the color runs that takes traffic when the release begins. */
  readonly liveImage: string;
  /** Who has the traffic when it begins, and who is to have it. */
  readonly from: Color;
  readonly to: Color;
  /** What the balancer does when the release begins. */
  readonly before: Route;
  readonly steps: readonly Step[];
  /** Why there is no way back once users have met the new version. */
  readonly oneWay?: string;
}
