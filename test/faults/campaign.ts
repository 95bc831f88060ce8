import { type Color, otherColor } from "../../lib/color.ts";
import { type Load, startLoad } from "../../load/index.ts";
import { pause, routeEverywhere } from "../helpers/asking.ts";
import { bluegreen, configured, eventsOf, startBluegreen } from "../helpers/bluegreen.ts";
import { buildFaultyApp } from "../helpers/faultyImage.ts";
import { buildApp } from "../helpers/images.ts";
import { seededRandom } from "../helpers/interruption.ts";
import { docker, TestStack } from "../helpers/testStack.ts";
import { check, type Violation } from "./check.ts";
import { FAULTS, SmallStore } from "./faults.ts";
import type { CommandEntry, FaultEntry, TrialHistory, World } from "./history.ts";

/** A release fails three in ten requests. Its health path stays good. */
const BAD = { errors: 30 };
const BAD_VERSION = "r9";

/** What people do, with the steps in which something may go wrong. Most of what is promised is about bad releases. */
const ACTIONS = [
  { name: "release-good", steps: ["deploy", "canary-50", "switch", "watch"] },
  { name: "release-bad", steps: ["deploy", "canary-50", "canary-50", "canary-50"] },
  { name: "release-bad", steps: ["canary-50"] },
  { name: "rollback", steps: ["rollback"] },
  { name: "rollback-now", steps: ["rollback"] },
] as const;
/** A step takes this long at most, mostly for its `pulumi up`. */
const STEP_MS = 6000;
/** A command that takes longer hangs. */
const COMMAND_MS = 240_000;
const RECOVERIES = 6;

export interface TrialResult {
  readonly history: TrialHistory;
  readonly violations: readonly Violation[];
}

/** One stack on this machine to which things happen, each named by its seed. */
export class Campaign {
  readonly #stack: TestStack;
  readonly #store: SmallStore;
  readonly #bad: string;

  private constructor(stack: TestStack, store: SmallStore, bad: string) {
    this.#stack = stack;
    this.#store = store;
    this.#bad = bad;
  }

  static async start(makeFolder?: () => Promise<string>): Promise<Campaign> {
    const store = await SmallStore.mount();
    const images = [await buildApp("r0"), await buildApp("r1"), await buildApp("r2")];
    const bad = await buildFaultyApp(BAD_VERSION, BAD);
    const stack = await TestStack.create(
      {
        activeColor: "blue",
        blue: { image: images[0], count: 1 },
        green: { image: images[1], count: 1 },
        app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
        smoke: [{ path: "/health", contains: "version" }],
        drainSeconds: 3,
        release: {
          store: store.url,
          steps: [{ weight: 50, durationSeconds: 3, minRequests: 20 }],
          watchSeconds: 3,
          maxLatencyRatio: 50,
          probe: { path: "/", ratePerSecond: 20 },
        },
      },
      {},
      makeFolder,
    );
    await stack.mustUp();
    return new Campaign(stack, store, bad);
  }

  async remove(): Promise<void> {
    await this.#stack.remove();
    await this.#store.unmount();
  }

  /** The same seed gives the same action, fault and moment; the machine decides the rest. */
  async trial(seed: number): Promise<TrialResult> {
    const trial = new Trial(this.#stack, this.#store, this.#bad, seed);
    const history = await trial.run();
    const violations = check(history);
    await this.#settle();
    return { history, violations };
  }

  /** What a careful person does before the next release. */
  async #settle(): Promise<void> {
    const { memory = "" } = await routeEverywhere(this.#stack);
    const active = memory.startsWith("blue") ? "blue" : "green";
    const stack = ["--stack", this.#stack.name];
    await this.#stack.pulumi(["config", "set", "activeColor", active, ...stack]);
    await this.#stack.pulumi(["config", "rm", "canary", ...stack]);
    await this.#stack.pulumi(["cancel", "--yes", ...stack]);
    const { ok, output } = await this.#stack.up("--skip-preview");
    if (!ok) throw new Error(`the stack can't be settled:\n${output}`);
  }
}

class Trial {
  readonly #stack: TestStack;
  readonly #store: SmallStore;
  readonly #bad: string;
  readonly #seed: number;
  readonly #random: () => number;
  readonly #entries: (CommandEntry | FaultEntry)[] = [];

  constructor(stack: TestStack, store: SmallStore, bad: string, seed: number) {
    this.#stack = stack;
    this.#store = store;
    this.#bad = bad;
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.#random();
  }

  async run(): Promise<TrialHistory> {
    const { name: action, steps } = this.#pick<(typeof ACTIONS)[number]>(ACTIONS);
    const name = this.#pick(Object.keys(FAULTS));
    const fault = FAULTS[name]!;
    const moment = { step: this.#pick<string>(steps), delayMs: this.#random() * STEP_MS };
    const before = await this.#world();
    const active: Color = before.route.memory.startsWith("blue") ? "blue" : "green";
    const load = startLoad({
      ...{ url: this.#stack.url, keepAlive: 3, newConnection: 2, slow: 3, slowSeconds: 2 },
      ...{ ratePerSecond: 60, timeoutMs: 30_000 },
    });
    const isBad = action === "release-bad";
    try {
      const words = this.#words(action, before, active);
      const child = startBluegreen(this.#stack, [...words, "--yes", "--json"]);
      const beganAt = Date.now();
      let said = "";
      child.all.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const ended = child.then(({ exitCode }) => ({ code: exitCode, endedAt: Date.now() }));
      const faulted = this.#applyAt(
        moment,
        () => said,
        ended,
        async () => {
          this.#entries.push({ entry: "fault", fault: name, at: Date.now() });
          const target = { stack: this.#stack, store: this.#store, active, random: this.#random };
          await fault.apply({ ...target, pid: child.pid ?? 0 });
        },
      );
      const timeout = setTimeout(() => child.kill("SIGKILL"), COMMAND_MS);
      const { code, endedAt } = await ended;
      clearTimeout(timeout);
      // What the command started may hold its output; it need not end with it.
      child.all.destroy();
      const world = await this.#world();
      this.#entries.push({ entry: "command", words, beganAt, endedAt, code, said, world });
      await faulted;
      await this.#recover();
      const failAt = eventsOf(said).find(({ event }) => event === "going-back")?.at;
      return await this.#history({ action, before, load, isBad, failAt });
    } finally {
      await load.stop();
    }
  }

  async #history(
    ended: Readonly<{
      action: string;
      before: World;
      load: Load;
      isBad: boolean;
      failAt: string | undefined;
    }>,
  ): Promise<TrialHistory> {
    const { action, before, isBad } = ended;
    await pause(500);
    const report = await ended.load.stop();
    const fault = this.#entries.find((entry) => entry.entry === "fault");
    const badColor = isBad ? otherColor(colorOf(before)) : undefined;
    const dangerAt = ended.failAt === undefined ? fault?.at : Date.parse(ended.failAt);
    const last = badColor && report.lastAnswerOf(badColor);
    return {
      seed: this.#seed,
      action,
      ...(isBad && { badVersion: BAD_VERSION }),
      before,
      entries: this.#entries,
      failures: report.failures.filter(
        ({ reason, color }) => !(isBad && reason === "status" && color === badColor),
      ),
      requests: report.total,
      answersAfter: (at, until, color) => report.staleAfter(at, color, until),
      ...(dangerAt !== undefined &&
        last !== undefined && { unsafeSeconds: Math.max(0, (last - dangerAt) / 1000) }),
    };
  }

  #words(action: string, { versions }: World, active: Color): string[] {
    if (action === "rollback") return ["rollback"];
    if (action === "rollback-now") return ["rollback", "--now"];
    if (action === "release-bad") return ["release", "--image", this.#bad];
    const next = ["r0", "r1", "r2"].find((version) => version !== versions[active]);
    return ["release", "--image", `blue-green-tested:${next}`];
  }

  /** At a moment after a step has begun; a step that never begins has no fault. */
  async #applyAt(
    { step, delayMs }: { readonly step: string; readonly delayMs: number },
    said: () => string,
    ended: Promise<unknown>,
    apply: () => Promise<void>,
  ): Promise<void> {
    let isOver = false;
    void ended.then(() => (isOver = true));
    const hasBegun = () =>
      eventsOf(said().slice(0, said().lastIndexOf("\n") + 1)).some(
        (event) => event.event === "began" && event.step === step,
      );
    while (!isOver && !hasBegun()) await pause(20);
    if (isOver) return;
    await pause(delayMs);
    await apply();
  }

  /** What people do after a command has ended early: they go on, or they give up; they try again later. */
  async #recover(): Promise<void> {
    for (let tried = 0; tried < RECOVERIES; tried++) {
      const last = this.#entries.filter((entry) => entry.entry === "command").at(-1);
      if (last && !last.world.isUnfinished) return;
      const first = this.#pick(["resume", "abort", "rollback --now"]);
      const words = (tried === 0 ? first : ["abort", "resume"][tried % 2]!).split(" ");
      const beganAt = Date.now();
      const { code, output } = await bluegreen(this.#stack, ...words, "--yes");
      const world = await this.#world();
      this.#entries.push({
        ...{ entry: "command", words, beganAt, endedAt: Date.now(), said: output, world },
        code: code === -1 ? undefined : code,
      });
      // Somebody else has the lock: it ends by itself.
      if (code === 6) await pause(15_000);
    }
  }

  async #world(): Promise<World> {
    const stack = this.#stack;
    const [route, activeColor, changes, status, blue, green] = await Promise.all([
      routeEverywhere(stack).then(({ memory = "", file = "", record = "", previous = "" }) => ({
        ...{ memory, file: followed(file, Date.now()), record, previous },
      })),
      configured(stack, "activeColor"),
      stack.previewSteps().catch((error: Error) => [`a failed preview: ${error.message}`]),
      bluegreen(stack, "status", "--json"),
      this.#version("blue"),
      this.#version("green"),
    ]);
    const release = /"hasEnded":(true|false)/.exec(status.output)?.[1];
    return {
      route,
      configured: activeColor,
      changes,
      isUnfinished: release === "false",
      versions: {
        ...(blue !== undefined && { blue }),
        ...(green !== undefined && { green }),
      },
    };
  }

  /** Asked inside its container, so that the route does not matter. */
  async #version(color: Color): Promise<string | undefined> {
    const program =
      "import json, urllib.request as u; print(json.load(u.urlopen('http://127.0.0.1:8000/health'))['version'])";
    const container = this.#stack.container(color, 1);
    return docker("exec", container, "python3", "-c", program).then(
      (text) => text.trim(),
      () => undefined,
    );
  }

  #pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)]!;
  }
}

function colorOf({ route }: World): Color {
  return route.memory.startsWith("blue") ? "blue" : "green";
}

/** The route that HAProxy would follow by this entry: ROUTE, or ROUTE:FROM:UNTIL:FALLBACK. */
function followed(entry: string, now: number): string {
  const [active, weight, testers, from, until, ...fallback] = entry.split(":");
  if (until === undefined) return entry;
  const isGranted = now >= Number(from) * 1000 && now < Number(until) * 1000;
  return isGranted ? [active, weight, testers].join(":") : fallback.join(":");
}
