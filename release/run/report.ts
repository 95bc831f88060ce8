import type { Verdict } from "../judge/types.ts";
import type { ReleasePlan } from "../plan/types.ts";
import type { Outcome } from "../store/journal.ts";

/** What a release tells as it goes. */
export type ReleaseEvent =
  | { readonly event: "plan"; readonly plan: ReleasePlan }
  | { readonly event: "began"; readonly step: string; readonly title: string }
  | {
      readonly event: "ended";
      readonly step: string;
      readonly seconds: number;
      readonly note: string;
    }
  /** As the user could type it. */
  | { readonly event: "command"; readonly command: string }
  /** A line of what a command prints. */
  | { readonly event: "output"; readonly of: "pulumi" | "hook"; readonly line: string }
  | { readonly event: "verdict"; readonly step: string; readonly verdict: Verdict }
  | { readonly event: "waiting"; readonly step: string; readonly text: string }
  | { readonly event: "warning"; readonly text: string }
  | { readonly event: "going-back"; readonly reason: string }
  | { readonly event: "over"; readonly outcome: Outcome | "paused"; readonly text: string };

export type Report = (event: ReleaseEvent) => void;
