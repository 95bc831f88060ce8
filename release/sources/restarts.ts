import type { StackHost } from "../../components/service/target.ts";
import { exec, type ExecHost } from "../../components/machine/exec.ts";
import { COLORS, type Color, isColor, otherColor } from "../../lib/color.ts";
import { shellQuote } from "../../lib/shell.ts";

/** An app's container, as Docker reports it. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly color: Color;
  /** By its restart policy, since it was made. */
  readonly restarts: number;
  readonly isRunning: boolean;
  /** Of a process, which rests while its color has no traffic; of the web otherwise. */
  readonly isProcess: boolean;
}

/** Whether the new color's containers keep running. */
export interface Restarts {
  /** Looks again in the background, every ten seconds at most. */
  poll(): void;
  /** What the last look has found; undefined for nothing. */
  readonly problem: string | undefined;
  /** Looks now. Never rejects. @returns what could not be seen; empty if nothing. */
  look(): Promise<string>;
}

const ASK_MS = 10_000;
const EVERY_MS = 10_000;

/**
 * Counts restarts of both colors from the first look on. An app that crashes between two requests answers them all,
 * so no count of requests shows it.
 */
export class RestartCounter implements Restarts {
  readonly #candidate: Color;
  readonly #machines: readonly { readonly name: string; readonly machine: ExecHost }[];
  readonly #script: string;
  readonly #first = new Map<string, SeenContainer>();
  #problem: string | undefined;
  #isLooking = false;
  #lookedAt = -Infinity;

  /** @param candidate The new color. @param stack `<project>/<stack>` */
  constructor(candidate: Color, hosts: readonly StackHost[], stack: string) {
    this.#candidate = candidate;
    const ofColors = hosts.filter(({ color }) => color !== undefined);
    this.#machines = [...new Map(ofColors.map((host) => [host.machine, host])).values()];
    this.#script = listScript(stack);
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  poll(): void {
    if (this.#isLooking || performance.now() - this.#lookedAt < EVERY_MS) return;
    void this.look();
  }

  async look(): Promise<string> {
    this.#isLooking = true;
    const answers = await Promise.all(
      this.#machines.map(({ machine }) => list(machine, this.#script).catch(() => undefined)),
    );
    const seen = answers.flatMap((containers) => containers ?? []);
    for (const container of seen) {
      if (!this.#first.has(container.id)) this.#first.set(container.id, container);
    }
    this.#problem ??= restartProblem(this.#candidate, this.#first, seen);
    this.#isLooking = false;
    this.#lookedAt = performance.now();
    return this.#machines
      .filter((_, at) => answers[at] === undefined)
      .map(({ name }) => name)
      .join(", ");
  }
}

async function list(machine: ExecHost, script: string): Promise<SeenContainer[]> {
  const { code, stdout, stderr } = await exec(machine, ["sh", "-c", script], { timeoutMs: ASK_MS });
  if (code !== 0) throw new Error(stderr);
  return parseContainers(stdout);
}

function listScript(stack: string): string {
  const filters = `--filter ${shellQuote(`label=blue-green.stack=${stack}`)} --filter label=blue-green.color`;
  const format = `{{.Id}} {{.Name}} {{index .Config.Labels "blue-green.color"}} {{.RestartCount}} {{.State.Running}} {{.State.Restarting}} {{index .Config.Labels "blue-green.kind"}}`;
  return `ids=$(docker ps --all --quiet ${filters}) && [ -z "$ids" ] || docker inspect --format ${shellQuote(format)} $ids`;
}

export function parseContainers(text: string): SeenContainer[] {
  return text.split("\n").flatMap((line) => {
    const [id = "", name = "", color = "", restarts, running, restarting, kind] = line.split(" ");
    if (!isColor(color)) return [];
    const isProcess = Boolean(kind);
    // Docker calls a container that it is about to restart running too.
    const isRunning = running === "true" && restarting !== "true";
    const plainName = name.replace(/^\//, "");
    return [{ id, name: plainName, color, restarts: Number(restarts), isRunning, isProcess }];
  });
}

/**
 * What is wrong if containers of the candidate were restarted or stopped more often, for each container, than those of
 * the other color in the same time.
 *
 * @param first How each container was when it was first seen, by id.
 */
export function restartProblem(
  candidate: Color,
  first: ReadonlyMap<string, SeenContainer>,
  now: readonly SeenContainer[],
): string | undefined {
  const lost = (container: SeenContainer) => {
    const before = first.get(container.id) ?? container;
    // A process that stops was told to. One that exits by itself is restarted.
    const hasStopped =
      !container.isProcess && !container.isRunning && container.restarts === before.restarts;
    return container.restarts - before.restarts + (hasStopped ? 1 : 0);
  };
  const perContainer = (color: Color) => {
    const own = now.filter((container) => container.color === color);
    return own.reduce((sum, container) => sum + lost(container), 0) / Math.max(1, own.length);
  };
  const [mine, theirs] = [perContainer(candidate), perContainer(otherColor(candidate))];
  if (mine <= theirs) return undefined;
  const worst = now
    .filter(({ color }) => color === candidate)
    .reduce((a, b) => (lost(b) > lost(a) ? b : a));
  const times = lost(worst) === 1 ? "once" : `${lost(worst)} times`;
  const fact = worst.isRunning ? `was restarted ${times}` : `has stopped (${times})`;
  const others = COLORS.filter((color) => color !== candidate).join();
  return (
    `${worst.name} ${fact} since the release began to be judged, and ` +
    `${theirs === 0 ? `none of ${others} was` : `those of ${others} less often`}. Its log: docker logs ${worst.name}`
  );
}
