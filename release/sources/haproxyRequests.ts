import type { Color } from "../../lib/color.ts";
import type { AnswerKind, Drawn } from "../judge/types.ts";

/** A request of a user that has ended. */
export interface EndedRequest extends Drawn {
  /** Absent for a plain success, and if the client left first. */
  readonly kind?: AnswerKind;
  /** Of a plain success: from the complete request to the first byte of the answer. */
  readonly seconds?: number;
}

/** A request of a user without an answer of the app: it waits for one, or ended without it. */
export interface UnansweredRequest extends Drawn {
  /** Unique on its edge. */
  readonly tag: string;
  /** Milliseconds since 1970, by the edge's clock. */
  readonly startedAt: number;
  readonly isOpen: boolean;
}

/** As `requestLog` of haproxyConfig.ts writes it. Before the number stands a text if the canary was down. */
const LINE =
  / (\S+) #\d+ be_(blue|green) (-?\d+) (\S\S) (blue|green) (\d+) (\d+) (-?\d+) (-?\d+) (-?\d+)$/;

/** Undefined for lines that belong to no color, and for drawn users whom the other color served. */
export function parseRequest(line: string): EndedRequest | undefined {
  const [, note, color, status, ending, active, weight, draw, ...times] = LINE.exec(line) ?? [];
  if (note !== "-") return undefined;
  const drawn = drawnBy(color as Color, active as Color, Number(weight), Number(draw));
  const kind = kindOf(Number(status), ending ?? "");
  if (kind !== "success") return { ...drawn, ...(kind && { kind }) };
  const [queue, connect, response] = times.map(Number) as [number, number, number];
  if (response < 0) return drawn;
  return { ...drawn, seconds: (Math.max(0, queue) + Math.max(0, connect) + response) / 1000 };
}

/**
 * By the status and the first two characters of HAProxy's termination state: who ended the request (`C`
 * and `c` the client, `P` HAProxy itself, `S` and `s` the app) and in which phase (`D` while the answer
 * was passed on). A 304 is the usual answer to a browser that has the page.
 *
 * @see https://docs.haproxy.org/3.0/configuration.html#8.5
 */
function kindOf(status: number, ending: string): AnswerKind | "success" | undefined {
  if (status >= 500 || /^[Ss]/.test(ending)) return "failure";
  if (/^[CcP]/.test(ending)) return undefined;
  if (status >= 400) return "clientError";
  if (status >= 300 && status !== 304) return "redirect";
  return status >= 200 && status < 300 ? "success" : undefined;
}

const ENTRY = /key=((blue|green):(blue|green):(\d+):(\d+):(\d+)) .*conn_cur=(\d+)/;

/** An entry of the table `OPEN_REQUESTS`. */
export function parseUnanswered(line: string): UnansweredRequest | undefined {
  const [, tag, color, active, weight, draw, startedAt, open] = ENTRY.exec(line) ?? [];
  if (tag === undefined) return undefined;
  return {
    ...drawnBy(color as Color, active as Color, Number(weight), Number(draw)),
    tag,
    startedAt: Number(startedAt),
    isOpen: Number(open) > 0,
  };
}

/** @param weight Of the color that is not active, in tenths of a percent. */
function drawnBy(color: Color, active: Color, weight: number, draw: number): Drawn {
  return { color, draw, share: (color === active ? 1000 - weight : weight) / 1000 };
}
