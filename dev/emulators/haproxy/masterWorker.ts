import { setTimeout as sleep } from "node:timers/promises";
import { shellQuote } from "../../../lib/shell.ts";
import { docker, dockerWithInput } from "../docker.ts";

const READY_MS = 20_000;
const CONFIG_FILE = "/edge/haproxy.cfg";
const MASTER = "socat -t 10 - /run/haproxy/master.sock";

/** Where the servers' state stands that a reload keeps. */
export const STATE_FILE = "/run/haproxy/state";
/** Passes its standard input to the runtime socket, which the configuration has to open here. */
export const ADMIN = "socat -t 10 - /run/haproxy/admin.sock";

/** For `sh -c` in a container of the edge's image: HAProxy, after the files that it needs. */
export const START = `mkdir -p /edge/certificates
eval "$FILES"
printf %s "$CONFIG" >${CONFIG_FILE}
: >${STATE_FILE}
exec haproxy -W -db -S /run/haproxy/master.sock,mode,600 -f ${CONFIG_FILE}`;

export function certificateFile(id: string): string {
  return `/edge/certificates/${id}.pem`;
}

/**
 * Options of `docker create` for what runs `START`.
 * @param certificates PEM by id
 */
export function startOptions(config: string, certificates: ReadonlyMap<string, string>): string[] {
  const files = [...certificates].map(
    ([id, pem]) => `printf %s ${shellQuote(pem)} >${certificateFile(id)}`,
  );
  return [
    ...["--env", `CONFIG=${config}`, "--env", `FILES=${files.join("\n")}`],
    ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "256m"],
    ...["--sysctl", "net.ipv4.ip_unprivileged_port_start=0"],
  ];
}

/** HAProxy in a container, a master with a worker that a reload replaces. */
export class MasterWorker {
  readonly #container: string;

  constructor(container: string) {
    this.#container = container;
  }

  /**
   * Waits for a worker that answers.
   * @param previous id of the process that it comes after
   * @throws Error after 20 s, with HAProxy's log
   */
  async becomeReady(previous = ""): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while ((await this.#processId()) === previous) {
      if (Date.now() > deadline) {
        const log = await docker("logs", "--tail", "20", this.#container);
        throw new Error(`HAProxy in ${this.#container} is not ready after ${READY_MS} ms: ${log}`);
      }
      await sleep(100);
    }
  }

  /** Reloads with this configuration, and keeps the servers' state. @throws Error if it is wrong */
  async load(config: string, certificates: ReadonlyMap<string, string>): Promise<void> {
    const before = await this.#processId();
    for (const [id, pem] of certificates) await this.shell(pem, `cat >${certificateFile(id)}`);
    await this.shell(config, `cat >${CONFIG_FILE} && haproxy -c -q -f ${CONFIG_FILE}`);
    await this.shell("show servers state\n", `${ADMIN} >${STATE_FILE}`);
    await this.shell("reload\n", MASTER);
    await this.becomeReady(before);
  }

  /** A shell's command in the container; what it wrote. */
  async shell(input: string, command: string): Promise<string> {
    return await dockerWithInput(input, "exec", "-i", this.#container, "sh", "-c", command);
  }

  /** Empty while HAProxy does not answer. */
  async #processId(): Promise<string> {
    const info = await this.shell("show info\n", ADMIN).catch(() => "");
    return /^Pid: (\d+)$/m.exec(info)?.[1] ?? "";
  }
}
