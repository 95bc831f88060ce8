import { scriptText } from "../../lib/hostScript.ts";
import type { AppSettings, HealthSettings, SmokeCheck } from "../../settings/types.ts";
import { NO_SECRETS, type Secrets } from "../../lib/secrets.ts";
import { shellQuote } from "../../lib/shell.ts";

export interface GateHost {
  readonly name: string;
  /** Its log is shown when the host does not pass. */
  readonly container: string;
  /** `address:port`. */
  readonly address: string;
}

export interface GateProgramArgs {
  readonly hosts: readonly GateHost[];
  readonly checks: readonly SmokeCheck[];
  /** How the app wants to be asked; a check's own headers take precedence. */
  readonly app: Pick<AppSettings, "healthHost" | "healthHeaders">;
  readonly health: Pick<HealthSettings, "timeoutSeconds" | "intervalSeconds">;
  /** Kept out of what a failed check says. */
  readonly secrets?: Secrets;
}

/**
 * A gate's checks: the health path, which the balancer will check afterwards, and the smoke checks.
 */
export function gateChecks(healthPath: string, smoke: readonly SmokeCheck[]): SmokeCheck[] {
  const health: SmokeCheck = { path: healthPath, status: 200, contains: "", headers: {} };
  const isHealth = ({ path, status, contains, headers }: SmokeCheck) =>
    path === healthPath && status === 200 && !contains && Object.keys(headers).length === 0;
  return [health, ...smoke.filter((check) => !isHealth(check))];
}

/** The shell program that checks all hosts in parallel; see `scripts/gate-probe.sh`. */
export function gateProgram({
  hosts,
  checks,
  app,
  health,
  secrets = NO_SECRETS,
}: GateProgramArgs): string {
  const probes = hosts.map(
    (host) =>
      `probe ${[host.name, host.address, host.container].map(shellQuote).join(" ")} & ` +
      `set -- "$@" $!\n`,
  );
  const asked = checks.map((check) => ({ ...check, headers: headersOf(check, app) }));
  return (
    scriptText("gate-probe.sh") +
    `INTERVAL=${health.intervalSeconds}\n` +
    `HEALTH_HOST=${shellQuote(secrets.mask(app.healthHost))}\n` +
    `deadline=$(($(date +%s) + ${health.timeoutSeconds}))\n` +
    `checks() {\n${asked.map((check) => checkCall(check, secrets)).join(" &&\n")}\n}\n` +
    probes.join("") +
    'verdict "$@"\n'
  );
}

function headersOf({ headers }: SmokeCheck, app: GateProgramArgs["app"]): SmokeCheck["headers"] {
  const own = Object.keys(headers).map((name) => name.toLowerCase());
  const common = Object.entries({ Host: app.healthHost, ...app.healthHeaders });
  return {
    ...Object.fromEntries(common.filter(([name]) => !own.includes(name.toLowerCase()))),
    ...headers,
  };
}

/** What curl and grep get, and what a failed check says. */
function checkCall({ path, status, contains, headers }: SmokeCheck, secrets: Secrets): string {
  const options = [
    ...Object.entries(headers).map(([name, value]) => curlOption("header", `${name}: ${value}`)),
    "",
  ].join("\n");
  const words = [
    path,
    String(status),
    contains,
    secrets.mask(path),
    secrets.mask(contains),
    options,
  ];
  return `  check ${words.map(shellQuote).join(" ")}`;
}

/** A line of curl's configuration. */
function curlOption(name: string, value: string): string {
  return `${name} = "${value.replace(/["\\]/g, "\\$&")}"`;
}
