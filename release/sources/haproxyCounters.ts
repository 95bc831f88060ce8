import type { Color } from "../../lib/color.ts";

/** The counts of a color since the edge's HAProxy process started. */
export interface Counted {
  readonly requests: number;
  readonly failures: number;
}

export interface EdgeCounters {
  /** Identifies the HAProxy process: after a reload or a restart counting starts from zero. */
  readonly process: string;
  readonly colors: Readonly<Record<Color, Counted>>;
}

/** Run inside the edge's container. Prints the process, then the counters of all backends as CSV. */
export const COUNTERS_SCRIPT =
  "echo 'show info;show stat -1 2 -1' | socat -t 5 - UNIX-CONNECT:/run/haproxy/read.sock";

/**
 * Reads the output of `COUNTERS_SCRIPT` with HAProxy 2.6 or 3.0.
 *
 * A request is counted when it ends, by the class of its status. Without a status, because the client
 * left first, it is in `hrsp_other`, and counts neither as an answer nor as a failure. If no connection
 * could be made or the answer was not HTTP, HAProxy answers 502, 503 or 504 itself and counts that for
 * the backend as well. An answer that breaks off keeps its status and is in `srv_abrt` (stream.c and
 * http_ana.c of v2.6.0; management.txt, section 9.1). Requests to the preview port count too.
 *
 * If the app's connection ends before it answers a request that is not the first on its client's
 * connection, HAProxy closes the client's connection without an answer (`abort_keep_alive` in
 * http_ana.c). Such a request has started, is no longer active, and has no status. HAProxy 2.6 has it in no
 * counter of failures, and 3.0 in `srv_abrt` (both measured).
 *
 * @throws Error if the output is incomplete.
 */
export function parseCounters(answer: string): EdgeCounters {
  const fields = columnsOf(answer);
  const hasSilentInAborts = Number(info(answer, "Version")) >= 3;
  const of = (color: Color) => countedOf(answer, fields, color, hasSilentInAborts);
  return {
    process: `${info(answer, "Pid")}/${info(answer, "Start_time_sec")}`,
    colors: { blue: of("blue"), green: of("green") },
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
  earlier: EdgeCounters,
  later: EdgeCounters,
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
