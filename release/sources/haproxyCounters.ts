import { OPEN_REQUESTS, WATCHED_UNTIL } from "../../components/edge/frontends.ts";
import { REQUEST_RING } from "../../components/edge/haproxyConfig.ts";
import type { Color } from "../../lib/color.ts";
import {
  type EndedRequest,
  parseRequest,
  parseUnanswered,
  type UnansweredRequest,
} from "./haproxyRequests.ts";

/** The counts of a color since the edge's HAProxy process started. */
export interface Counted {
  readonly requests: number;
  readonly failures: number;
}

/** How long an edge lists requests after a reading. A reading may take eight seconds. */
const WATCHED_SECONDS = 30;

export interface EdgeReading {
  /** Identifies the HAProxy process: after a reload or a restart counting starts from zero. */
  readonly process: string;
  readonly colors: Readonly<Record<Color, Counted>>;
  /** Absent with the configuration of an earlier version, which draws no lots. */
  readonly requests?: EdgeRequests;
}

export interface EdgeRequests {
  /** Milliseconds since 1970, by the edge's clock. */
  readonly at: number;
  readonly ended: readonly EndedRequest[];
  readonly unanswered: readonly UnansweredRequest[];
  /** For the next reading. */
  readonly lastLine: string;
}

/**
 * Run inside the edge's container. Keeps single requests listed until the next reading. Prints the time, the
 * process, the counters of all backends as CSV, unanswered requests, and the lines of the ring after the last
 * one that was read. The ring comes after the table, so that a request that has ended in the table has its line.
 */
export function readingScript(lastLine = ""): string {
  const map = "/edge/route.map";
  // Deleted first: `set map` needs an entry, and `add map` would add another.
  const watch = `del map ${map} ${WATCHED_UNTIL};add map ${map} ${WATCHED_UNTIL} $(($(date +%s) + ${WATCHED_SECONDS}))`;
  const ask = `show info;show stat -1 2 -1;show table ${OPEN_REQUESTS} data.gpc0 lt 1;show events ${REQUEST_RING}`;
  const isLine = "/ #[0-9]+ [a-z_]+ -?[0-9]+ /";
  const select = `${isLine} { if ($0 == last) kept = ""; else kept = kept $0 "\\n"; next } { print } END { printf "%s", kept }`;
  return (
    `echo "Now: $(date +%s%3N)"\n` +
    `echo "${watch}" | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock >/dev/null\n` +
    `echo '${ask}' | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock | awk -v last='${lastLine}' '${select}'`
  );
}

/**
 * Reads the output of `readingScript` with HAProxy 2.6 or 3.0.
 *
 * A request is counted when it ends, by the class of its status. Without a status, because the client
 * left first, it is in `hrsp_other`, and counts neither as an answer nor as a failure. If no connection
 * could be made or the answer was not HTTP, HAProxy answers 502, 503 or 504 itself and counts that for
 * the backend as well. An answer that breaks off keeps its status and is in `srv_abrt` (stream.c and
 * http_ana.c of v2.6.0; management.txt, section 9.1). Testers and the preview port have backends of their own,
 * and are not counted.
 *
 * If the app's connection ends before it answers a request that is not the first on its client's
 * connection, HAProxy closes the client's connection without an answer (`abort_keep_alive` in
 * http_ana.c). Such a request has started, is no longer active, and has no status. HAProxy 2.6 has it in no
 * counter of failures, and 3.0 in `srv_abrt` (both measured).
 *
 * @throws Error if the output is incomplete.
 */
export function parseReading(answer: string): EdgeReading {
  const fields = columnsOf(answer);
  const hasSilentInAborts = Number(info(answer, "Version")) >= 3;
  const of = (color: Color) => countedOf(answer, fields, color, hasSilentInAborts);
  return {
    process: `${info(answer, "Pid")}/${info(answer, "Start_time_sec")}`,
    colors: { blue: of("blue"), green: of("green") },
    ...(answer.includes(`# table: ${OPEN_REQUESTS},`) && { requests: requestsIn(answer) }),
  };
}

function requestsIn(answer: string): EdgeRequests {
  const lines = answer.split("\n");
  return {
    at: Number(info(answer, "Now")),
    ended: lines.flatMap((line) => parseRequest(line) ?? []),
    unanswered: lines.flatMap((line) => parseUnanswered(line) ?? []),
    lastLine: lines.findLast((line) => / #\d+ [a-z_]+ -?\d+ /.test(line)) ?? "",
  };
}

function info(answer: string, name: string): string {
  const value = new RegExp(`^${name}: (\\d+)`, "m").exec(answer)?.[1];
  if (value === undefined) throw new Error(`HAProxy did not report its ${name}: ${start(answer)}`);
  return value;
}

function columnsOf(answer: string): readonly string[] {
  const head = /^# (pxname,.*)$/m.exec(answer)?.[1];
  if (head === undefined) throw new Error(`HAProxy gave no counters: ${start(answer)}`);
  return head.split(",");
}

function countedOf(
  answer: string,
  columns: readonly string[],
  color: Color,
  hasSilentInAborts: boolean,
): Counted {
  const row = answer.split("\n").find((line) => line.startsWith(`be_${color},BACKEND,`));
  if (row === undefined) throw new Error(`HAProxy has no backend for ${color}: ${start(answer)}`);
  const cells = row.split(",");
  const cell = (name: string) => {
    const text = cells[columns.indexOf(name)];
    if (text === undefined || !/^\d+$/.test(text)) {
      throw new Error(`HAProxy's ${name} of ${color} must be a number, got "${text ?? ""}".`);
    }
    return Number(text);
  };
  const silent = Math.max(0, cell("stot") - cell("scur") - cell("req_tot"));
  const requests = cell("req_tot") - cell("hrsp_other") + silent;
  const failures = cell("hrsp_5xx") + cell("srv_abrt") + (hasSilentInAborts ? 0 : silent);
  return { requests, failures: Math.min(requests, failures) };
}

function start(answer: string): string {
  return answer === "" ? "no answer" : JSON.stringify(answer.slice(0, 200));
}

/** The counts between two readings of one edge. */
export function countedBetween(
  earlier: EdgeReading,
  later: EdgeReading,
): Readonly<Record<Color, Counted>> {
  if (earlier.process !== later.process) return later.colors;
  return { blue: grown("blue"), green: grown("green") };

  // Counters are read one after the other while requests come and go, so a difference may be negative.
  function grown(color: Color): Counted {
    const requests = Math.max(0, later.colors[color].requests - earlier.colors[color].requests);
    const failures = later.colors[color].failures - earlier.colors[color].failures;
    return { requests, failures: Math.min(requests, Math.max(0, failures)) };
  }
}
