import { scriptText } from "../../lib/hostScript.ts";
import type { HealthSettings, SmokeCheck } from "../../settings/types.ts";
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
  readonly health: HealthSettings;
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
export function gateProgram({ hosts, checks, health }: GateProgramArgs): string {
  const probes = hosts.map(
    (host) =>
      `probe ${[host.name, host.address, host.container].map(shellQuote).join(" ")} & ` +
      `set -- "$@" $!\n`,
  );
  return (
    scriptText("gate-probe.sh") +
    `INTERVAL=${health.intervalSeconds}\n` +
    `deadline=$(($(date +%s) + ${health.timeoutSeconds}))\n` +
    `checks() {\n${checks.map(checkCall).join(" &&\n")}\n}\n` +
    probes.join("") +
    'verdict "$@"\n'
  );
}

function checkCall(check: SmokeCheck): string {
  const headers = Object.entries(check.headers).map(([name, value]) => `${name}: ${value}`);
  const words = [check.path, String(check.status), check.contains, ...headers];
  return `  check ${words.map(shellQuote).join(" ")}`;
}
