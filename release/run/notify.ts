import { setTimeout as sleep } from "node:timers/promises";
import { NO_SECRETS, type Secrets } from "../../lib/secrets.ts";
import type { Notification } from "../../settings/release.ts";
import type { Journal, Outcome } from "../store/journal.ts";
import type { Report } from "./events.ts";
import { runShell } from "./shell.ts";

export type Occasion = "started" | "waiting" | "paused" | "interrupted" | Outcome;

/** Pauses before the second and the third try. */
const PAUSES_MS = [1000, 4000];
const TRY_MS = 5000;
/** How long a command waits at its end for notifications that are not delivered yet. */
const SETTLE_MS = 15_000;

/** Sends the notifications of a release. A release never waits for them, nor fails because of them. */
export class Notifier {
  readonly #notifications: readonly Notification[];
  readonly #report: Report;
  readonly #secrets: Secrets;
  readonly #pending: Set<Promise<void>> = new Set();

  constructor(notifications: readonly Notification[], report: Report, secrets = NO_SECRETS) {
    this.#secrets = secrets;
    this.#notifications = notifications;
    this.#report = report;
  }

  send(occasion: Occasion, journal: Journal, text: string): void {
    const body = this.#secrets.mask(message(occasion, journal, text));
    this.#notifications.forEach((notification, at) => {
      const work = this.#deliver(notification, body).catch((error: Error) => {
        const problem = `release.notify[${at}]: "${occasion}" was not delivered: ${error.message}`;
        this.#report({ event: "warning", text: problem });
      });
      this.#pending.add(work);
      void work.finally(() => this.#pending.delete(work));
    });
  }

  /** Called at the end of a command: waits a last time for pending deliveries. */
  async settle(): Promise<void> {
    const ending = new AbortController();
    const last = sleep(SETTLE_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#pending), last]);
    ending.abort();
  }

  async #deliver({ webhook, slack, command }: Notification, body: Message): Promise<void> {
    if (webhook !== undefined) await retried(() => post(webhook, body));
    if (slack !== undefined) await retried(() => post(slack, { text: body.text }));
    if (command !== undefined) await retried(() => pipe(command, JSON.stringify(body)));
  }
}

/** The JSON that a webhook gets, and a command on standard input. */
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
  return {
    ...{ occasion, text: `${stack}: ${text}`, id, kind, stack, image, from, to, by },
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
