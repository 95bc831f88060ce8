import { SERVICES_HOST } from "../../lib/naming.ts";
import type { Route } from "../../lib/route.ts";
import { type ExecHost, execOutput } from "../machine/exec.ts";
import type { StackHost } from "../service/target.ts";
import type { Edge, EdgeRoute } from "./setOnAllEdges.ts";

/** `set-route` waits ten seconds for healthy hosts, and thirty for another route change to end. */
const SET_MS = 55_000;
const LOOK_MS = 10_000;
/** `grant keep` waits thirty seconds for another route change to end. */
const GRANT_MS = 35_000;

/** An edge's container, on this machine or on a host over SSH. */
export class EdgeOnHost implements Edge {
  /** `edge-1` */
  readonly name: string;
  readonly #host: ExecHost;
  readonly #container: string;

  constructor(name: string, host: ExecHost, container: string) {
    this.name = name;
    this.#host = host;
    this.#container = container;
  }

  async look(): Promise<string> {
    return /^real=(.*)$/m.exec(await this.showRoute())?.[1] ?? "";
  }

  /** What `show-route` prints. */
  showRoute(): Promise<string> {
    return this.#run(["sh", "/edge/show-route"], LOOK_MS);
  }

  async set({ route, generation, activeGate, canaryGate, grant }: EdgeRoute): Promise<string> {
    const marks = [generation, activeGate, canaryGate, ...(grant === undefined ? [] : [grant])];
    return this.setByHand(route, ...marks);
  }

  /**
   * Without marks the script records a route set by hand, and keeps the gates that passed.
   *
   * @returns what could not be recorded; empty if nothing is missing.
   */
  async setByHand(route: Route, ...marks: readonly string[]): Promise<string> {
    const { active, canaryWeight, testers } = route;
    const words = [active, String(canaryWeight), testers ? "on" : "off", ...marks];
    const [, ...unrecorded] = (await this.#run(["sh", "/edge/set-route", ...words], SET_MS)).split(
      "\n",
    );
    return unrecorded.join("\n").trim();
  }

  /** Runs `grant` with these words, and returns its answer. */
  grant(...words: readonly string[]): Promise<string> {
    // An edge of an earlier version has no grants.
    const script = '[ ! -f /edge/grant ] || exec sh /edge/grant "$@"';
    return this.#run(["sh", "-c", script, "grant", ...words], GRANT_MS);
  }

  /** Stops new requests from a balancer in front. */
  async leave(): Promise<void> {
    await this.#run(["sh", "/edge/leave"], LOOK_MS);
  }

  /** Runs a POSIX script inside the container. An arrow function, to be passed on its own. */
  readonly run = (script: string): Promise<string> => this.#run(["sh", "-c", script], LOOK_MS);

  #run(words: readonly string[], timeoutMs: number): Promise<string> {
    return execOutput(this.#host, ["docker", "exec", this.#container, ...words], { timeoutMs });
  }
}

/** The edges among a stack's hosts. @param container Its name on each of them. */
export function edgesOn(hosts: readonly StackHost[], container: string): EdgeOnHost[] {
  return hosts
    .filter(({ color, name }) => color === undefined && name !== SERVICES_HOST)
    .map(({ name, machine }) => new EdgeOnHost(name, machine, container));
}
