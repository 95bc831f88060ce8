import { NO_SECRETS, type Secrets } from "../../lib/secrets.ts";
import type { HookName, ReleaseSettings } from "../../settings/release.ts";
import type { Journal } from "../store/journal.ts";
import { ReleaseFailed } from "./endings.ts";
import type { Report } from "./events.ts";
import { runShell } from "./shell.ts";

/** The user's own commands at the stages of a release, with its data in their environment. */
export class Hooks {
  readonly #hooks: ReleaseSettings["hooks"];
  readonly #report: Report;
  readonly #secrets: Secrets;

  constructor(hooks: ReleaseSettings["hooks"], report: Report, secrets = NO_SECRETS) {
    this.#secrets = secrets;
    this.#hooks = hooks;
    this.#report = report;
  }

  /** @throws ReleaseFailed if the command fails or takes too long. */
  async run(name: HookName, journal: Journal): Promise<void> {
    const problem = await this.#run(name, journal);
    if (problem !== "") throw new ReleaseFailed("failed", problem);
  }

  /** For stages in which a failure changes nothing: it is a warning. */
  async tryRun(name: HookName, journal: Journal): Promise<void> {
    const problem = await this.#run(name, journal);
    if (problem !== "") this.#report({ event: "warning", text: problem });
  }

  /** @returns what went wrong; empty on success. */
  async #run(name: HookName, journal: Journal): Promise<string> {
    const hook = this.#hooks[name];
    if (!hook) return "";
    this.#report({ event: "command", command: hook.command });
    const { problem, output } = await runShell(hook.command, {
      timeoutMs: hook.timeoutSeconds * 1000,
      environment: { ...environmentOf(journal), BLUEGREEN_HOOK: name },
    });
    for (const line of output.split("\n").filter(Boolean)) {
      this.#report({ event: "output", of: "hook", line });
    }
    return problem && `release.hooks.${name} ${problem}: ${this.#secrets.mask(hook.command)}`;
  }
}

/** The environment of a hook. */
function environmentOf({ plan, by, reason = "" }: Journal): Record<string, string> {
  return {
    BLUEGREEN_ID: plan.id,
    BLUEGREEN_KIND: plan.kind,
    BLUEGREEN_STACK: plan.stack,
    BLUEGREEN_IMAGE: plan.image,
    BLUEGREEN_LIVE_IMAGE: plan.liveImage,
    BLUEGREEN_FROM: plan.from,
    BLUEGREEN_TO: plan.to,
    BLUEGREEN_BY: by,
    BLUEGREEN_REASON: reason,
  };
}
