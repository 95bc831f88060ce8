import { setTimeout as sleep } from "node:timers/promises";
import { StringDecoder } from "node:string_decoder";
import { openOutput } from "../../components/machine/attach.ts";
import { keptLogCommand } from "../../lib/keptLog.ts";
import type { HostContainer } from "./containers.ts";
import type { Timed } from "./mergeLines.ts";

/** A line that a container has printed. */
export interface LogLine extends Timed {
  readonly container: HostContainer;
  /** Whether the container has been replaced since by one of the same name. */
  readonly isReplaced: boolean;
  readonly text: string;
}

export interface LogOptions {
  /** As `docker logs` has it: `10m`, or a time. */
  readonly since?: string;
  readonly isFollowed: boolean;
  readonly signal: AbortSignal;
  /** A host that can't be read, or can again; once each. */
  readonly warn: (text: string) => void;
}

/** A longer line is cut, so that a log without line breaks needs no more memory. */
const LONGEST = 2 ** 20;
const RETRY_MS = 2000;

/** What a container prints, in order; with `isFollowed` also after it was restarted, replaced or out of reach. */
export async function* containerLog(
  container: HostContainer,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const { isFollowed, signal, warn } = options;
  let { since } = options;
  let last = "";
  let isLost = false;
  do {
    try {
      const follow = isFollowed ? ["--follow"] : [];
      const from = since === undefined ? [] : ["--since", since];
      const words = ["docker", "logs", "--timestamps", ...follow, ...from, container.name];
      for await (const { at, text } of outputOf(container, words, signal)) {
        // `--since` includes the line of that time.
        if (at <= last) continue;
        if (isLost) warn(`${container.host}: answers again`);
        isLost = false;
        last = at;
        yield { at, text, container, isReplaced: false };
      }
    } catch (error) {
      if (!isLost && !signal.aborted) warn(`${container.host}: ${(error as Error).message}`);
      isLost = true;
    }
    if (last !== "") since = last;
    if (isFollowed) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  } while (isFollowed && !signal.aborted);
}

/** What `container.sh` has kept of the container of that name before this one. */
export async function* replacedLog(
  container: HostContainer,
  { signal }: Pick<LogOptions, "signal">,
  sinceMs: number | undefined,
): AsyncGenerator<LogLine> {
  const from = sinceMs === undefined ? "" : new Date(sinceMs).toISOString();
  const words = ["sh", "-c", keptLogCommand(container.name)];
  try {
    for await (const { at, text } of outputOf(container, words, signal)) {
      if (at >= from) yield { at, text, container, isReplaced: true };
    }
  } catch {
    // The container's own log reports a host that does not answer.
  }
}

interface TimedText extends Timed {
  readonly text: string;
}

async function* outputOf(
  { machine }: HostContainer,
  words: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<TimedText> {
  // One pipe for both streams: with two, Docker would wait for the one that is not read.
  const command = ["sh", "-c", 'exec "$@" 2>&1', "sh", ...words];
  const output = await openOutput(machine, command);
  const stop = () => output.close();
  signal.addEventListener("abort", stop, { once: true });
  let last = "";
  try {
    for await (const line of linesOf(output.stdout as AsyncIterable<Buffer>)) {
      const timed = parseLogLine(line);
      last = timed ? "" : line;
      if (timed) yield timed;
    }
    const code = await output.ended;
    if (code !== 0 && !signal.aborted) throw new Error(last || `docker ended with code ${code}`);
  } finally {
    signal.removeEventListener("abort", stop);
    output.close();
  }
}

/** Splits a stream into lines, with one of them in memory. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = (lines.pop() ?? "").slice(0, LONGEST);
    yield* lines;
  }
  rest += decoder.end();
  if (rest !== "") yield rest;
}

/** `2026-11-28T09:00:00.123456789Z text`; undefined for what Docker itself says. */
export function parseLogLine(line: string): TimedText | undefined {
  const [, at = "", text = ""] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) ?(.*?)\r?$/s.exec(line) ?? [];
  return at === "" ? undefined : { at: sortable(at), text };
}

/** Docker drops zeros at the end of a second's fraction. */
function sortable(at: string): string {
  const [whole = "", fraction = ""] = at.slice(0, -1).split(".");
  return `${whole}.${fraction.padEnd(9, "0")}Z`;
}
