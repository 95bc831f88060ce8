import { GRANT_SECONDS } from "../../lib/grant.ts";
import type { DirectRoute, GrantAnswer } from "../../components/service/target.ts";
import type { Clock } from "../store/clock.ts";
import type { Lease } from "../store/lease.ts";
import { ReleaseFailed } from "./endings.ts";
import type { Report } from "./events.ts";

const RENEW_MS = (GRANT_SECONDS * 1000) / 12;
/** How long `keep` tries; an edge that does not answer in that time has taken the traffic back. */
const KEEP_TRIES = 12;

export interface GrantKeeperArgs {
  readonly route: Pick<DirectRoute, "grants">;
  readonly clock: Clock;
  readonly lease: Pick<Lease, "isTaken">;
  readonly report: Report;
}

/**
 * Renews what a release has given to the new color, for as long as the release runs and no other command has
 * taken it over.
 */
export class GrantKeeper {
  readonly #args: GrantKeeperArgs;
  /** Edges whose grant this process has renewed. */
  readonly #renewed = new Set<string>();
  readonly #stopping = new AbortController();
  #expired: readonly string[] = [];
  #isWarned = false;

  constructor(args: GrantKeeperArgs) {
    this.#args = args;
  }

  /** Renews it in the background, until `stop`. */
  start(): void {
    if (this.#args.route.grants) void this.#keepRenewing(this.#stopping.signal);
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** @returns `expired` if an edge has taken the traffic back, such as after a kill; `none` without a grant. */
  async renewNow(): Promise<"granted" | "expired" | "none"> {
    const answer = await this.#args.route.grants?.renew(GRANT_SECONDS);
    if (!answer) return "none";
    this.#add(answer);
    if (answer.expired.length > 0) return "expired";
    return answer.granted.length > 0 ? "granted" : "none";
  }

  /** @throws ReleaseFailed if an edge has ended a grant that this release was renewing. */
  check(): void {
    if (this.#expired.length > 0) throw takenBack(this.#expired);
  }

  /** Makes the route permanent. @throws ReleaseFailed if an edge has taken the traffic back, or does not answer. */
  async keep(): Promise<void> {
    const { route, clock } = this.#args;
    if (!route.grants) return;
    this.check();
    for (let tried = 1; ; tried++) {
      const { expired, problems } = await route.grants.keep();
      if (expired.length > 0) throw takenBack(expired);
      if (problems.length === 0) return this.stop();
      if (tried === KEEP_TRIES) {
        const text = `the route can't be made permanent: ${problems.join("; ")}`;
        throw new ReleaseFailed("failed", text);
      }
      await clock.sleep(RENEW_MS);
    }
  }

  async #keepRenewing(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#args.clock.sleep(RENEW_MS, signal).catch(() => undefined);
      // Another command that has taken over renews it.
      if (signal.aborted || this.#args.lease.isTaken) return;
      await this.renewNow();
    }
  }

  #add({ granted, expired, problems }: GrantAnswer): void {
    // What an earlier command has let expire, this one gives again.
    this.#expired = expired.filter((name) => this.#renewed.has(name));
    for (const name of granted) this.#renewed.add(name);
    if (problems.length > 0 && !this.#isWarned) {
      const text = `The traffic of the release can't be renewed: ${problems.join("; ")}`;
      this.#args.report({ event: "warning", text });
    }
    this.#isWarned = problems.length > 0;
  }
}

function takenBack(names: readonly string[]): ReleaseFailed {
  const who = names.length === 1 ? "has" : "have";
  return new ReleaseFailed(
    "failed",
    `${names.join(", ")} ${who} taken the traffic back: the release fell silent for ${GRANT_SECONDS} s`,
  );
}
