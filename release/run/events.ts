import type { Verdict } from "../judge/types.ts";
import type { ReleasePlan } from "../plan/releasePlan.ts";
import type { Outcome } from "../store/journal.ts";

/** What a release reports while it runs; `--json` prints these. Fields and names are a public contract. */
export type ReleaseEvent =
  | { readonly event: "plan"; readonly plan: ReleasePlan }
  | { readonly event: "began"; readonly step: string; readonly title: string }
  | {
      readonly event: "ended";
      readonly step: string;
      readonly seconds: number;
      readonly note: string;
    }
  /** As the user would type it. */
  | { readonly event: "command"; readonly command: string }
  /** A line that a command prints. */
  | { readonly event: "output"; readonly of: "pulumi" | "hook"; readonly line: string }
  /** `pulumi up` has changed a resource. `action`: created, updated, deleted or imported. */
  | {
      readonly event: "resource";
      readonly action: string;
      readonly name: string;
      readonly type: string;
      readonly seconds: number;
    }
  | { readonly event: "info"; readonly text: string }
  | { readonly event: "verdict"; readonly step: string; readonly verdict: Verdict }
  | { readonly event: "waiting"; readonly step: string; readonly text: string }
  | { readonly event: "warning"; readonly text: string }
  /** The command refuses, or fails. */
  | { readonly event: "error"; readonly text: string }
  | { readonly event: "going-back"; readonly reason: string }
  | {
      readonly event: "over";
      readonly outcome: Outcome | "paused" | "interrupted";
      readonly text: string;
    };

export type Report = (event: ReleaseEvent) => void;
