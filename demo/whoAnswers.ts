import { setTimeout as sleep } from "node:timers/promises";
import type { Color } from "../lib/color.ts";
import { UserError } from "../lib/userError.ts";

/** The example app's answer. */
export interface Answer {
  readonly color: Color;
  readonly version: string;
}

const RETRY_MS = 250;
const AT_A_TIME = 10;

/**
 * Asks the example app for its color and version. Retries bad answers for `patienceMs`.
 *
 * @throws UserError with the last bad answer.
 */
export async function whoAnswers(url: string, patienceMs: number): Promise<Answer> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask(url);
    if (typeof answer !== "string") return answer;
    if (performance.now() >= deadline) {
      throw new UserError(`${url} ${answer}.\nTry it yourself: curl -i ${url}`);
    }
    await sleep(RETRY_MS);
  }
}

/** Sends requests, a few at a time, and counts the answers of each color. @throws UserError */
export async function countAnswers(url: string, requests: number): Promise<Record<Color, number>> {
  const counts: Record<Color, number> = { blue: 0, green: 0 };
  for (let asked = 0; asked < requests; asked += AT_A_TIME) {
    const batch = Array.from({ length: Math.min(AT_A_TIME, requests - asked) }, () =>
      whoAnswers(url, 0),
    );
    for (const { color } of await Promise.all(batch)) counts[color]++;
  }
  return counts;
}

/** The answer, or why it is bad. */
async function ask(url: string): Promise<Answer | string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return `answers with status ${response.status}`;
    return (await response.json()) as Answer;
  } catch (error) {
    return `does not answer: ${(error as Error).message}`;
  }
}
