import { execFile, type ExecFileException } from "node:child_process";
import type { HookName, HookSettings, ReleaseSettings } from "../../lib/settings/release.ts";
import type { Journal } from "../store/journal.ts";
import { GoBack } from "./endings.ts";
import type { Report } from "./report.ts";

/** The user's own commands at the joints of a release, with its facts in their environment. */
export class Hooks {
  readonly #hooks: ReleaseSettings["hooks"];
  readonly #report: Report;

  constructor(hooks: ReleaseSettings["hooks"], report: Report) {
    this.#hooks = hooks;
    this.#report = report;
  }

  /** @throws GoBack where the command fails or takes too long. */
  async run(name: HookName, journal: Journal): Promise<void> {
    const problem = await this.#run(name, journal);
    if (problem !== "") throw new GoBack("failed", problem);
  }

  /** For a moment in which a failure changes nothing. */
  async tryRun(name: HookName, journal: Journal): Promise<void> {
    const problem = await this.#run(name, journal);
    if (problem !== "") this.#report({ event: "warning", text: problem });
  }

  /** @returns what went wrong; empty where nothing did. */
  async #run(name: HookName, journal: Journal): Promise<string> {
    const hook = this.#hooks[name];
    if (!hook) return "";
    this.#report({ event: "command", command: hook.command });
    const { error, output } = await runShell(hook, {
      ...facts(journal),
      BLUEGREEN_HOOK: name,
    });
    for (const line of output.split("\n").filter(Boolean)) {
      this.#report({ event: "output", line });
    }
    if (!error) return "";
    const how = error.killed
      ? `did not end within ${hook.timeoutSeconds} s`
      : `ended with code ${error.code ?? error.signal}`;
    return `release.hooks.${name} ${how}: ${hook.command}`;
  }
}

/** What a hook is told of the release. */
export function facts({ plan, by, reason = "" }: Journal): Record<string, string> {
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

interface ShellResult {
  readonly error: ExecFileException | null;
  readonly output: string;
}

/** Bounded in time; what it started beside itself is ended with it. */
function runShell(
  { command, timeoutSeconds }: HookSettings,
  environment: Readonly<Record<string, string>>,
): Promise<ShellResult> {
  return new Promise((resolve) => {
    const words = ["-k", "5", String(timeoutSeconds), "sh", "-c", command];
    const options = { env: { ...process.env, ...environment }, maxBuffer: 2 ** 24 };
    const child = execFile("timeout", words, options, (error, stdout, stderr) =>
      resolve({
        // coreutils: 124 for a command that was ended, 137 for one that had to be killed.
        error: error && { ...error, killed: error.code === 124 || error.code === 137 },
        output: stdout + stderr,
      }),
    );
    child.stdin?.end();
  });
}
