import { describeRoute } from "../lib/route.ts";
import { DEFAULT_STACK, type DemoOptions } from "./options.ts";
import type { Screen } from "../release/output/screen.ts";
import { table } from "./table.ts";
import { type SwitchResult, describeFailures } from "./traffic.ts";
import { whatRuns } from "./whatRuns.ts";

export interface Urls {
  readonly url: string;
  readonly previewUrl: string;
}

/** Prints the demo's last page. @returns whether every request succeeded. */
export function ending(
  options: DemoOptions,
  urls: Urls,
  results: Readonly<Record<string, SwitchResult>>,
  screen: Screen,
): boolean {
  printTable(results, screen);
  const problems = Object.entries(results).flatMap(([name, result]) => problemsOf(name, result));
  printProblems(problems, screen);
  printNext(options, urls, screen);
  return problems.length === 0;
}

/** What each switch did to the requests. */
export function printTable(results: Readonly<Record<string, SwitchResult>>, screen: Screen): void {
  screen.print(`\n${screen.paint("Results", "bold")}\n`);
  for (const line of table(results)) screen.print(`   ${line}`);
  screen.print(`
   longest gap  the longest time without a good answer
   switch time  from the start of the route's change to the last answer of the old color`);
}

export function printProblems(problems: readonly string[], screen: Screen): void {
  for (const problem of problems) screen.print(`\n${screen.paint(problem, "red")}`);
}

/** What a release must not do to requests; empty if all went well. */
export function problemsOf(name: string, { failed, stale, failures }: SwitchResult): string[] {
  const problems: string[] = [];
  if (failed > 0) {
    const first = describeFailures(failures).map((line) => `\n  ${line}`);
    problems.push(`${name}: ${failed} requests failed. The first failures:${first.join("")}`);
  }
  if (stale > 0) {
    problems.push(`${name}: ${stale} answers from the old color after pulumi up ended.`);
  }
  return problems;
}

function printNext(options: DemoOptions, { url, previewUrl }: Urls, screen: Screen): void {
  const title = (text: string) => screen.paint(text, "bold");
  const command = (text: string) => screen.paint(`   ${text}`, "cyan");
  screen.print(`
${title("The stack keeps running")}

   ${url}   what users see: ${screen.color("blue")} v1
   ${previewUrl}   what testers see: the idle color, ${screen.color("green")} v2

${title("Try it yourself, in this folder")}

${command(environmentLine(options, process.env))}
${command("pulumi config set activeColor green")}
${command("pulumi preview")}
${command("pulumi up")}

${title("Remove everything")}

${command(removeCommand(options))}`);
}

/** Makes `pulumi` work in the user's shell as in the demo. */
export function environmentLine(options: DemoOptions, environment: NodeJS.ProcessEnv): string {
  const words = ['PATH="$PWD/node_modules/.bin:$PATH"'];
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE, PULUMI_STACK } = environment;
  if (PULUMI_CONFIG_PASSPHRASE === undefined && PULUMI_CONFIG_PASSPHRASE_FILE === undefined) {
    words.push('PULUMI_CONFIG_PASSPHRASE=""');
  }
  if (PULUMI_STACK && PULUMI_STACK !== options.stack) words.push(`PULUMI_STACK=${options.stack}`);
  return `export ${words.join(" ")}`;
}

function again(command: string, { stack }: DemoOptions): string {
  return `npm run ${command}${stack === DEFAULT_STACK ? "" : ` -- --stack ${stack}`}`;
}

export function removeCommand(options: DemoOptions): string {
  return again("demo:remove", options);
}

/** After an early stop: what is left, and how to continue. */
export async function explainState(options: DemoOptions, screen: Screen): Promise<void> {
  const { route, versions } = await whatRuns(options.stack);
  const live = route
    ? `live: ${describeRoute(route)} (${versions[route.active].join(", ") || "no container"})`
    : "no color takes traffic yet";
  screen.print(`
Stopped early. The stack ${options.stack} is left like this: ${live}.
Its config may already ask for the next step: npx pulumi preview --stack ${options.stack}
   start again from here:   ${again("demo", options)}
   remove everything:       ${removeCommand(options)}`);
}
