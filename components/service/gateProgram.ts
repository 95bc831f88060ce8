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
  const health: SmokeCheck = { path: healthPath, status: 200, contains: "", json: {}, headers: {} };
  const isHealth = ({ path, status, contains, json, headers }: SmokeCheck) =>
    path === healthPath &&
    status === 200 &&
    !contains &&
    Object.keys({ ...json, ...headers }).length === 0;
  return [health, ...smoke.filter((check) => !isHealth(check))];
}

/** Whether they need jq. */
export function haveJson(checks: readonly SmokeCheck[]): boolean {
  return checks.some(({ json }) => Object.keys(json).length > 0);
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

/** What curl, grep and jq get, and what a failed check says. */
function checkCall(check: SmokeCheck, secrets: Secrets): string {
  const { path, status, contains, json, headers } = check;
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
    haveJson([check]) ? JSON.stringify(expectedValues(json, secrets)) : "",
  ];
  return `  check ${words.map(shellQuote).join(" ")}`;
}

/** For jq, in the order of the config; see `scripts/gate-probe.sh`. */
function expectedValues(json: SmokeCheck["json"], secrets: Secrets): object[] {
  return Object.entries(json).map(([path, value]) => ({
    path: jsonPath(path),
    value,
    shownPath: secrets.mask(path),
    shownValue: secrets.mask(value),
  }));
}

/** `$.checks[0].state` as jq's `["checks", 0, "state"]`. */
function jsonPath(path: string): (string | number)[] {
  const steps = path.replace(/^\$\./, "").match(/[^.[\]]+|\[\d+\]/g) ?? [];
  return steps.map((step) => (step.startsWith("[") ? Number(step.slice(1, -1)) : step));
}

/** A line of curl's configuration. */
function curlOption(name: string, value: string): string {
  return `${name} = "${value.replace(/["\\]/g, "\\$&")}"`;
}
