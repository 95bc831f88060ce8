import type { Configuration } from "./configuration.ts";

/** The rules of go-retryablehttp, which the vendor's Go client uses. */
export function isRetried(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

type Waits = Pick<Configuration, "retryWaitMin" | "retryWaitMax">;

/** Milliseconds until the next attempt: what the answer asks for, else doubling up to the limit. */
export function retryWait(attempt: number, answer: Response | Error, waits: Waits): number {
  const asked = answer instanceof Response ? askedFor(answer) : undefined;
  if (asked !== undefined) return asked;
  return Math.min(waits.retryWaitMin * 2 ** attempt, waits.retryWaitMax) * 1000;
}

function askedFor({ status, headers }: Response): number | undefined {
  const text = headers.get("retry-after");
  if (text === null || (status !== 429 && status !== 503)) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
