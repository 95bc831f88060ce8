import { DEPLOY_USER } from "../machine/cloudInit.ts";
import type { Edge, EdgeRoute } from "./setOnAllEdges.ts";
import { shellQuote } from "../../lib/shell.ts";
import { hostKeys } from "../machine/hostKeys.ts";
import { runOverSsh } from "../machine/sshClient.ts";

export interface EdgeAddress {
  /** `edge-1` */
  readonly name: string;
  readonly address: string;
}

export interface SshEdgeArgs {
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The name of the edge's container. */
  readonly container: string;
  /** From which the keys are derived; the hosts are ready, and have no others. */
  readonly secret: string;
}

/** `set-route` waits ten seconds for hosts to be healthy, and thirty for another change to end. */
const DEADLINE_MS = 60_000;

/** An edge on a host that is reached by SSH. */
export class SshEdge implements Edge {
  readonly name: string;
  readonly #address: string;
  readonly #args: SshEdgeArgs;

  constructor({ name, address }: EdgeAddress, args: SshEdgeArgs) {
    this.name = name;
    this.#address = address;
    this.#args = args;
  }

  async look(): Promise<string> {
    const text = await this.#exec("show-route");
    return /^real=(.*)$/m.exec(text)?.[1] ?? "";
  }

  async set({ route, revision, activeGate, canaryGate }: EdgeRoute): Promise<void> {
    const testers = route.testers ? "on" : "off";
    const weight = String(route.canaryWeight);
    await this.#exec("set-route", route.active, weight, testers, revision, activeGate, canaryGate);
  }

  /** Lets a balancer in front send no new requests. */
  async leave(): Promise<void> {
    await this.#exec("leave");
  }

  async #exec(script: string, ...args: string[]): Promise<string> {
    const { stack, container, secret } = this.#args;
    const keys = hostKeys(secret, stack, this.name);
    const target = {
      name: this.name,
      address: this.#address,
      user: DEPLOY_USER,
      deployKeys: [keys.deploy],
      hostKeys: [keys.host],
    };
    const words = ["timeout", "55", "docker", "exec", container, "sh", `/edge/${script}`, ...args];
    const command = words.map(shellQuote).join(" ");
    const { code, stdout, stderr } = await runOverSsh(target, command, "", DEADLINE_MS);
    if (code !== 0) throw new Error(stderr.trim() || `${script} ended with code ${code}`);
    return stdout;
  }
}
