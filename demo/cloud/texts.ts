import type { Violation } from "../../dev/emulators/http/callLog.ts";
import type { Screen } from "../../release/output/screen.ts";
import { printProblems, printTable, problemsOf } from "../endings.ts";
import type { SwitchResult } from "../traffic.ts";
import type { Cloud } from "./cloud.ts";

export function introduction(cloud: Cloud, screen: Screen): string {
  const { title, machine, account, balancer } = cloud;
  return `
${screen.paint(`This ${title} ${account} is emulated on this machine. The demo uses no real ${account}; nothing is billed.`, "bold")}

   emulated   the vendor's API, as its documentation describes it, and the vendor's delays
   real       every ${machine}: a container that boots, with cloud-init, SSH and its own Docker;
              ${balancer}: HAProxy, configured and reloaded like the vendor's;
              networks, addresses, firewalls (iptables), the registry, and every request;
              Pulumi and this program: they do the same in a real ${account}`;
}

/** Prints the last page. @returns whether every request was answered as promised. */
export function cloudEnding(
  cloud: Cloud,
  results: Readonly<Record<string, SwitchResult>>,
  violations: readonly Violation[],
  screen: Screen,
): boolean {
  printTable(results, screen);
  const cut = cutRequests(cloud, results);
  if (cut > 0) screen.print(`\n   ${cut} of the failed requests: ${cloud.cut}`);
  const problems = Object.entries(results).flatMap(([name, result]) =>
    isExplained(cloud, name, result)
      ? problemsOf(name, { ...result, failed: 0 })
      : problemsOf(name, result),
  );
  problems.push(...violations.map(({ kind, where, problem }) => `${kind} ${where}: ${problem}`));
  printProblems(problems, screen);
  screen.print(`
${screen.paint(`In your own ${cloud.account}`, "bold")}

   Run the same commands with your own settings and credentials: ${cloud.guide}`);
  return problems.length === 0;
}

/** The most that a change of such a balancer has been seen to cut. */
const MOST_CUT = 4;

function isExplained({ cut }: Cloud, name: string, { failed, failures }: SwitchResult): boolean {
  if (cut === undefined || !name.startsWith("managed") || failed > MOST_CUT) return false;
  return failures.every(({ kind, reason }) => kind !== "newConnection" && reason === "reset");
}

function cutRequests(cloud: Cloud, results: Readonly<Record<string, SwitchResult>>): number {
  const explained = Object.entries(results).filter(([name, result]) =>
    isExplained(cloud, name, result),
  );
  return explained.reduce((sum, [, { failed }]) => sum + failed, 0);
}
