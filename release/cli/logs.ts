import { once } from "node:events";
import { UsageError } from "../../lib/userError.ts";
import type { Style } from "../output/screen.ts";
import {
  containersOfService,
  type HostContainer,
  selected,
  stackContainers,
  WEB,
} from "../hosts/containers.ts";
import { containerLog, type LogLine, replacedLog } from "../hosts/logLines.ts";
import { mergeLines } from "../hosts/mergeLines.ts";
import type { CliContext } from "./cliContext.ts";
import { defineCommand, listenForStop, openStack } from "./command.ts";
import { chosenService, containerFlags, serviceFlag } from "./containerFlags.ts";
import { EXIT } from "./exitCodes.ts";

/** Clocks of hosts, and the way from them, differ by less; a line that is later comes out of order. */
const PATIENCE_MS = 500;

export const command = defineCommand({
  usage: "logs",
  summary: "Show what the containers on all hosts print, in one stream by time",
  examples: [
    'logs --since 10m --grep "error|timeout" --stack prod',
    "logs --service db --follow --stack prod",
  ],
  flags: (args) =>
    serviceFlag(containerFlags(args))
      .option("color", { choices: ["blue", "green"] as const, describe: "default: both" })
      .option("process", {
        type: "string",
        describe: "web, another process, or balancer",
      })
      .option("since", { type: "string", describe: "10m, 2h, 1d, or a time; default: all" })
      .option("follow", {
        alias: "f",
        type: "boolean",
        default: false,
        describe: "Go on until Ctrl-C, also when containers are replaced",
      })
      .option("grep", { type: "string", describe: "Only lines that match this expression" }),
  async run(cli, { color, process, host, service, since, follow: isFollowed, grep }) {
    const pattern = parsePattern(grep);
    const from = parseSince(since, Date.now());
    chosenService({ color, process, host, service });
    const { hosts, settings } = await openStack(cli);
    const { containers, silent } = await stackContainers(await hosts(), cli.names);
    const warn = (text: string) => console.error(cli.mask(text));
    for (const { problem } of silent) warn(problem);
    const chosen =
      service === undefined
        ? selected(containers, { color, process, host })
        : containersOfService(containers, service, Object.keys(settings.services));
    if (chosen.length === 0) warn("There is no such container. Start it: pulumi up");
    const stop = listenForStop();
    const output = new Lines(cli, chosen);
    const signal = AbortSignal.any([stop.signal, output.closed]);
    const options = { isFollowed, signal, warn, ...(from && { since: from.docker }) };
    const sources = chosen.flatMap((one) => [
      replacedLog(one, options, from?.ms),
      containerLog(one, options),
    ]);
    for await (const line of mergeLines(sources, isFollowed ? PATIENCE_MS : Infinity)) {
      if (signal.aborted) break;
      if (pattern?.test(line.text) !== false) await output.write(line);
    }
    stop.dispose();
    return silent.length > 0 || chosen.length === 0 ? EXIT.error : EXIT.ok;
  },
});

/** @throws UsageError */
export function parsePattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(
      `--grep: must be a regular expression, got "${text}" (${(error as Error).message}). ` +
        'Example: --grep "error|timeout"',
    );
  }
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export interface Since {
  /** As `docker logs` has it: a time that has passed is by the host's own clock. */
  readonly docker: string;
  /** By this machine's clock, since 1970. */
  readonly ms: number;
}

/** @throws UsageError */
export function parseSince(text: string | undefined, now: number): Since | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (unit !== undefined) {
    const ms = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
    return { docker: `${ms / 1000}s`, ms: now - ms };
  }
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return { docker: new Date(ms).toISOString(), ms };
  throw new UsageError(
    `--since: must be seconds, minutes, hours, days or a time, got "${text}". Examples: --since 10m, ` +
      "--since 2026-11-28T09:00:00Z",
  );
}

const STYLES = { blue: ["blue"], green: ["green"] } as const;

/** Writes lines to standard output, as fast as they are read there. */
class Lines {
  readonly #cli: CliContext;
  readonly #width: number;
  readonly #closing = new AbortController();

  constructor(cli: CliContext, containers: readonly HostContainer[]) {
    this.#cli = cli;
    this.#width = Math.max(0, ...containers.map((one) => labelOf(one).length));
    // `| head` has seen enough.
    process.stdout.once("error", () => this.#closing.abort());
  }

  /** Aborts when nobody reads any more. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  async write(line: LogLine): Promise<void> {
    const { options, mask } = this.#cli;
    const text = options.json ? mask(JSON.stringify(jsonOf(line))) : this.#plain(line);
    if (process.stdout.write(`${text}\n`) || this.closed.aborted) return;
    await once(process.stdout, "drain", { signal: this.closed }).catch(() => undefined);
  }

  #plain({ at, container, isReplaced, text }: LogLine): string {
    const { screen, mask } = this.#cli;
    const styles: readonly Style[] = container.color ? STYLES[container.color] : ["cyan"];
    const prefix = screen.paint(labelOf(container).padEnd(this.#width), ...styles);
    const time = screen.paint(`${at.slice(0, 23)}Z`, "dim");
    const before = isReplaced ? screen.paint("(replaced) ", "dim") : "";
    return `${prefix}  ${time}  ${before}${mask(text)}`;
  }
}

/** The host's name holds the color. */
function labelOf({ host, process }: HostContainer): string {
  return process === WEB || process === host ? host : `${host} ${process}`;
}

function jsonOf({ at, text, isReplaced, container }: LogLine): object {
  const { host, color, process, name } = container;
  return {
    at,
    event: "log",
    host,
    color: color ?? null,
    process,
    container: name,
    isReplaced,
    text,
  };
}
