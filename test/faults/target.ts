import type { Color } from "../../lib/color.ts";
import type { TestStack } from "../helpers/testStack.ts";
import type { FakedClock } from "./fakedClock.ts";
import type { RouteView } from "./history.ts";
import type { StopLog } from "./stopLog.ts";
import type { CampaignStore } from "./stores.ts";

/** Where a campaign runs: a stack, how its balancers are looked at, and what can go wrong there. */
export interface CampaignTarget {
  /** `local`, `digitalocean-edge`, … */
  readonly name: string;
  readonly stack: TestStack;
  readonly url: string;
  /** The answer's header that names the color. */
  readonly colorHeader: string;
  /** References of the versions `r0`, `r1` and `r2`. */
  readonly good: readonly string[];
  /** Of the version `r9`. */
  readonly bad: string;
  /** Whether the balancer takes the traffic back from a release that falls silent. */
  readonly takesBack: boolean;
  /** Whether the balancer closes kept connections whenever it changes. Default: false. */
  readonly cutsKeptConnections?: boolean;
  readonly faults: Faults;
  routes(): Promise<readonly RouteView[]>;
  /** Watches for containers that are stopped. Default: nobody does. */
  watchStops?(): StopLog;
  /** What a color's first host runs; undefined if it does not answer. */
  version(color: Color): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What a fault works on. */
export interface Scene {
  readonly target: CampaignTarget;
  readonly store: CampaignStore;
  readonly clock: FakedClock;
  /** Of the command that is running. */
  readonly pid: number;
  /** The color that had all users when the action began. */
  readonly active: Color;
  /** The stack file as it was when the trial began. */
  readonly oldFile: string;
  readonly random: () => number;
  /** Runs a command as another person. @returns its exit code and what it said */
  readonly otherPerson: (...words: readonly string[]) => Promise<{ code: number; said: string }>;
}

export interface Fault {
  /** A `pulumi up` may have to mend what it does. */
  readonly leavesWork?: boolean;
  /** It moves the traffic by itself. */
  readonly movesTraffic?: boolean;
  /** It holds up the command itself, or what this needs to move traffic. */
  readonly holdsUp?: boolean;
  /** Whether it can strike where releases are stored here. Default: everywhere. */
  readonly fits?: (store: CampaignStore) => boolean;
  /** It takes away what requests need, until so many milliseconds after its end. */
  readonly cutsForMs?: number;
  /** @returns false if there was nothing that it could have struck. */
  readonly apply: (scene: Scene) => Promise<boolean>;
}

/** By name. */
export type Faults = Readonly<Record<string, Fault>>;
