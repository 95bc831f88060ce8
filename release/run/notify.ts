import { setTimeout as sleep } from "node:timers/promises";
import type { Notification } from "../../settings/release.ts";
import type { Journal, Outcome } from "../store/journal.ts";
import type { Report } from "./report.ts";
import { runShell } from "./shell.ts";

export type Occasion = "started" | "waiting" | "paused" | Outcome;

/** Waits before a second and a third try. */
const PAUSES_MS = [1000, 4000];
const TRY_MS = 5000;
/** How long the end of a command may be held up by those that have not been told yet. */
const LAST_MS = 15_000;

/** Tells others how a release goes. It never waits for them, and never fails because of them. */
export class Notifier {
  readonly #notifications: readonly Notification[];
  readonly #report: Report;
  readonly #under: Set<Promise<void>> = new Set();

  constructor(notifications: readonly Notification[], report: Report) {
    this.#notifications = notifications;
    this.#report = report;
  }

  tell(occasion: Occasion, journal: Journal, text: string): void {
    this.#notifications.forEach((notification, at) => {
      const work = this.#send(notification, message(occasion, journal, text)).catch(
        (error: Error) => {
          const problem = `release.notify[${at}] was not told of "${occasion}": ${error.message}`;
          this.#report({ event: "warning", text: problem });
        },
      );
      this.#under.add(work);
      void work.finally(() => this.#under.delete(work));
    });
  }

  /** At the end of a command: gives those that are under way a last time. */
  async settle(): Promise<void> {
    const ending = new AbortController();
    const last = sleep(LAST_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#under), last]);
    ending.abort();
  }

  async #send({ webhook, slack, command }: Notification, body: Message): Promise<void> {
    if (webhook !== undefined) await retried(() => post(webhook, body));
    if (slack !== undefined) await retried(() => post(slack, { text: body.text }));
    if (command !== undefined) await retried(() => pipe(command, JSON.stringify(body)));
  }
}

/** What a webhook gets as JSON, and a command by standard input. */
export interface Message {
  readonly occasion: Occasion;
  readonly text: string;
  readonly id: string;
  readonly kind: string;
  readonly stack: string;
  readonly image: string;
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly reason?: string;
}

function message(occasion: Occasion, { plan, by, reason }: Journal, text: string): Message {
  const { id, kind, stack, image, from, to } = plan;
  const said = `${stack}: ${text}`;
  return {
    ...{ occasion, text: said, id, kind, stack, image, from, to, by },
    ...(reason !== undefined && { reason }),
  };
}

async function retried(work: () => Promise<void>): Promise<void> {
  for (const pause of PAUSES_MS) {
    try {
      return await work();
    } catch {
      await sleep(pause);
    }
  }
  await work();
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TRY_MS),
  }).catch((error: Error & { cause?: Error }) => {
    throw new Error(`${new URL(url).host}: ${error.cause?.message ?? error.message}`);
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${new URL(url).host} answers with status ${response.status}`);
}

async function pipe(command: string, input: string): Promise<void> {
  const { problem } = await runShell(command, { timeoutMs: TRY_MS, input });
  if (problem !== "") throw new Error(`the command ${problem}`);
}
