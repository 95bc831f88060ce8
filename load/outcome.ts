/** keepAlive and newConnection request the URL itself, slow requests `/slow` on a kept connection. */
export const KINDS = ["keepAlive", "newConnection", "slow"] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Why a request failed:
 * - `connect`: no connection (refused, unreachable, reset while connecting)
 * - `reset`: the connection ended before the first byte of the answer, on a fresh connection or a
 *   reused one
 * - `truncated`: the connection ended inside the answer
 * - `malformed`: the answer was not HTTP
 * - `timeout`: no complete answer in time, connecting included
 * - `status`: a complete answer with an unexpected status
 */
export const REASONS = ["connect", "reset", "truncated", "malformed", "timeout", "status"] as const;
export type Reason = (typeof REASONS)[number];

/** How one request ended. Without a `reason` it succeeded. */
export interface Answer {
  readonly reason?: Reason;
  /** Absent when no answer began. */
  readonly status?: number;
  /** The color header's value; absent if there was no answer or no such header. */
  readonly color?: string;
  /** The client's error text. */
  readonly error?: string;
}

/** One failed request, as a report lists it. Times are milliseconds since the epoch. */
export interface Failure extends Answer {
  readonly reason: Reason;
  readonly kind: Kind;
  readonly startedAt: number;
  readonly endedAt: number;
}
