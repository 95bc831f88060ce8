import { type Color, otherColor } from "../../lib/color.ts";
import { type Load, startLoad } from "../../load/index.ts";
import { pause } from "../helpers/asking.ts";
import { EXIT } from "../../release/cli/exitCodes.ts";
import { startBluegreen } from "../helpers/bluegreen.ts";
import { seededRandom } from "../helpers/interruption.ts";
import type { FakedClock } from "./fakedClock.ts";
import {
  type Action,
  activeOf,
  BAD_VERSION,
  claimOf,
  type CommandEntry,
  type FaultEntry,
  faultsIn,
  type TrialHistory,
  type World,
} from "./history.ts";
import { lookAround, stackFile } from "./look.ts";
import { type PlannedFault, planFaults, strikeAll } from "./nemesis.ts";
import { withSafety } from "./safety.ts";
import { Stage } from "./stage.ts";
import type { StopLog } from "./stopLog.ts";
import type { CampaignStore } from "./stores.ts";
import type { CampaignTarget, Fault } from "./target.ts";

/** Most of what is promised is about bad releases. */
const ACTIONS = ["release-bad", "release-bad", "release-good", "rollback", "rollback-now"] as const;
export type ActionName = (typeof ACTIONS)[number];
/** A command that takes longer hangs. */
const COMMAND_MS = 300_000;
/** How often people try without any new fault. */
const RECOVERIES = 6;
const MOST_ACTIONS = 8;
/** A release has begun and ended. */
const WORKED = [EXIT.ok, EXIT.rolledBack, EXIT.undone, EXIT.undecided];

export interface TrialArgs {
  readonly target: CampaignTarget;
  readonly store: CampaignStore;
  readonly clock: FakedClock;
  readonly seed: number;
  /** How many faults strike. */
  readonly faults: number;
  /** Names of those to choose from. Default: all of the target. */
  readonly kinds?: readonly string[];
  /** In place of what the seed gives. */
  readonly actions?: readonly ActionName[];
  readonly plan?: readonly PlannedFault[];
}

/** Makes the config say what the balancer does, and removes the lock of an engine that was killed. */
export async function alignConfig({ stack }: CampaignTarget, active: Color): Promise<void> {
  const at = ["--stack", stack.name];
  await stack.pulumi(["config", "set", "activeColor", active, ...at]);
  await stack.pulumi(["config", "rm", "canary", ...at]);
  await stack.pulumi(["cancel", "--yes", ...at]);
}

/** People release and roll back on one stack while users send requests and things go wrong. */
export class Trial {
  readonly #args: TrialArgs;
  /** Of what goes wrong, and of what people do: the one does not depend on how far the other comes. */
  readonly #faultRandom: () => number;
  readonly #random: () => number;
  readonly #stage = new Stage();
  readonly #entries: (CommandEntry | FaultEntry)[] = [];
  readonly #actions: (Action & { readonly name: ActionName })[] = [];
  #active: Color = "blue";
  #oldFile = "";
  #areFaultsOver = false;
  #isOver = false;

  constructor(args: TrialArgs) {
    this.#args = args;
    this.#faultRandom = seededRandom(2 * args.seed);
    this.#random = seededRandom(2 * args.seed + 1);
  }

  async run(): Promise<TrialHistory> {
    const { target } = this.#args;
    this.#oldFile = await stackFile(target.stack);
    const before = await this.#world();
    const load = startLoad({
      ...{ url: target.url, keepAlive: 3, newConnection: 2, slow: 3, slowSeconds: 2 },
      ...{ ratePerSecond: 60, timeoutMs: 30_000, colorHeader: target.colorHeader },
      // A bad version's own answer is a complete one.
      isExpected: (status) => status === 200 || status === 500,
    });
    const stops = target.watchStops?.();
    try {
      const faults = this.#strikeAll().then(
        () => (this.#areFaultsOver = true),
        (error: Error) => {
          this.#areFaultsOver = true;
          return error;
        },
      );
      let world = before;
      while (this.#isActing()) world = await this.#act(world);
      this.#isOver = true;
      const problem = await faults;
      if (problem instanceof Error) throw problem;
      return await this.#history(before, load, stops);
    } finally {
      this.#isOver = true;
      stops?.end();
      await load.stop();
    }
  }

  #isActing(): boolean {
    const { actions } = this.#args;
    const done = this.#actions.length;
    if (actions) return done < actions.length;
    return done === 0 || (!this.#areFaultsOver && done < MOST_ACTIONS);
  }

  #strikeAll(): Promise<void> {
    const { target, store, faults, plan } = this.#args;
    const all = Object.entries(target.faults).filter(([, { fits }]) => fits?.(store) ?? true);
    const { kinds = all.map(([name]) => name) } = this.#args;
    return strikeAll({
      stage: this.#stage,
      faults: target.faults,
      plan: plan ?? planFaults(kinds, faults, this.#faultRandom),
      apply: (fault) => this.#apply(fault),
      record: (entry) => this.#entries.push(entry),
      isOver: () => this.#isOver,
    });
  }

  #apply(fault: Fault): Promise<boolean> {
    const { target, store, clock } = this.#args;
    const { pid } = this.#stage;
    if (pid === undefined) return Promise.resolve(false);
    return fault.apply({
      ...{ target, store, clock, pid, active: this.#active, oldFile: this.#oldFile },
      random: this.#faultRandom,
      otherPerson: async (...words) => {
        const { code = -1, said } = await this.#run(words, false);
        return { code, said };
      },
    });
  }

  /** One release or rollback, until it is over. */
  async #act(before: World): Promise<World> {
    const beganAt = Date.now();
    this.#active = activeOf(before.routes[0]?.memory) ?? "blue";
    const name = this.#pickAction(before);
    const first = await this.#run(this.#words(name, before), true);
    const last = await this.#tidy(name, beganAt, await this.#recover(first));
    const badColor = name === "release-bad" ? otherColor(this.#active) : undefined;
    this.#actions.push({
      ...{ name, beganAt, endedAt: last.seenAt },
      ...(badColor !== undefined && { badColor }),
    });
    return last.world;
  }

  /** Nobody goes back to a version that is known to be bad, and a rollback is not rolled back. */
  #pickAction({ versions }: World): ActionName {
    const scripted = this.#args.actions?.[this.#actions.length];
    const idle = versions[otherColor(this.#active)];
    const wasRelease = this.#actions.at(-1)?.name.startsWith("release") ?? true;
    const canGoBack = wasRelease && idle !== undefined && idle !== BAD_VERSION;
    const picked = this.#pick(ACTIONS);
    return scripted ?? (canGoBack || !picked.startsWith("rollback") ? picked : "release-good");
  }

  #words(name: ActionName, { versions }: World): string[] {
    const { good, bad } = this.#args.target;
    if (name === "rollback") return ["rollback"];
    if (name === "rollback-now") return ["rollback", "--now"];
    if (name === "release-bad") return ["release", "--image", bad];
    const live = versions[this.#active];
    return ["release", "--image", good.find((_, at) => `r${at}` !== live) ?? ""];
  }

  /** What people do after a command has ended early: they go on, or they give up; they try again later. */
  async #recover(first: CommandEntry): Promise<CommandEntry> {
    let last = first;
    for (let quietTries = 0; last.world.isUnfinished && quietTries < RECOVERIES;) {
      if (last.code === EXIT.locked) await pause(5000);
      const choice = this.#pick(["resume", "abort", "abort", "rollback --now"]);
      const words = quietTries === 0 ? choice : ["abort", "resume"][quietTries % 2]!;
      if (this.#areFaultsOver) quietTries++;
      last = await this.#run(words.split(" "), true);
    }
    return last;
  }

  /** What a careful person does before the next release after a refusal, a failure or what happened to config and hosts. */
  async #tidy(name: ActionName, from: number, ended: CommandEntry): Promise<CommandEntry> {
    let last = ended;
    for (let tried = 0; this.#isUntidy(name, from, last) && tried < RECOVERIES; tried++) {
      const active = activeOf(last.world.routes[0]?.memory) ?? this.#active;
      await alignConfig(this.#args.target, active);
      const words = ["pulumi", "up", "--yes", "--skip-preview"];
      last = await this.#run([...words, "--stack", this.#args.target.stack.name], true);
    }
    return last;
  }

  /** A release sets what was edited meanwhile, if it gets that far. */
  #isUntidy(name: ActionName, from: number, { code, words, world }: CommandEntry): boolean {
    if (world.isUnfinished) return false;
    if (words[0] === "pulumi") return code !== 0;
    if ([EXIT.error, EXIT.refused, EXIT.mismatch].some((one) => one === code)) return true;
    const isTouched = faultsIn(this.#entries).some(
      ({ leavesWork, at }) => leavesWork && at >= from,
    );
    return isTouched && (name.startsWith("rollback") || !WORKED.some((one) => one === code));
  }

  /** @param isOnStage Whether faults may strike it. */
  async #run(words: readonly string[], isOnStage: boolean): Promise<CommandEntry> {
    const { target, clock } = this.#args;
    const stage = this.#stage;
    const beganAt = Date.now();
    const child =
      words[0] === "pulumi"
        ? target.stack.start(words.slice(1))
        : startBluegreen(target.stack, [...words, "--yes", "--json"], { env: clock.environment });
    let said = "";
    let failedAt: number | undefined;
    let claimedAt: number | undefined;
    child.all.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (isOnStage) stage.said = said;
      if (failedAt === undefined && /"outcome":"FAIL"/.test(said)) failedAt = Date.now();
      if (claimedAt === undefined && claimOf(said)) claimedAt = Date.now();
    });
    if (isOnStage) Object.assign(stage, { pid: child.pid, said: "" });
    const timeout = setTimeout(() => child.kill("SIGKILL"), COMMAND_MS);
    const { exitCode: code } = await child;
    const endedAt = Date.now();
    clearTimeout(timeout);
    if (isOnStage) stage.pid = undefined;
    // What the command started may hold its output; it need not end with it.
    child.all.destroy();
    // Somebody else's command is part of a fault.
    const world = await (isOnStage ? this.#world() : lookAround(target, this.#args.store));
    const entry: CommandEntry = {
      ...{ entry: "command", words, beganAt, endedAt, code, said, world, seenAt: Date.now() },
      ...(failedAt !== undefined && { failedAt }),
      ...(claimedAt !== undefined && { claimedAt }),
    };
    this.#entries.push(entry);
    return entry;
  }

  #world(): Promise<World> {
    const { target, store } = this.#args;
    return this.#stage.look(() => lookAround(target, store));
  }

  async #history(before: World, load: Load, stops?: StopLog): Promise<TrialHistory> {
    await pause(500);
    const report = await load.stop();
    const { target, seed } = this.#args;
    return {
      ...{
        target: target.name,
        seed,
        takesBack: target.takesBack,
        badVersion: BAD_VERSION,
        cutsKeptConnections: target.cutsKeptConnections === true,
        before,
      },
      actions: this.#actions.map((action) => withSafety(action, this.#entries, report)),
      entries: this.#entries,
      stops: stops?.end() ?? [],
      changes: await target.stack
        .previewSteps()
        .catch((error: Error) => [`a failed preview: ${error.message}`]),
      requests: report.total,
      failures: report.failures,
      answersBetween: (from, until, color) => report.staleAfter(from, color, until),
    };
  }

  #pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)]!;
  }
}
