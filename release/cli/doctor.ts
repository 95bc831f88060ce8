import { UserError } from "../../lib/userError.ts";
import { type Check, type Finding, runChecks } from "../doctor/check.ts";
import { storeChecks } from "../doctor/storeChecks.ts";
import { statePlace } from "../engine/stateLock.ts";
import type { Style } from "../output/screen.ts";
import type { LeaseRecord } from "../store/lease.ts";
import type { CliContext } from "./cliContext.ts";
import { defineCommand, openStack } from "./command.ts";
import { EXIT } from "./exitCodes.ts";
import { lockStatus } from "./lock.ts";
import type { StackContext } from "./stackContext.ts";
import { asProblem } from "./withoutStack.ts";

export const command = defineCommand({
  usage: "doctor",
  summary: "Check everything that would make a release fail, and show what to do about it",
  examples: ["doctor --stack prod"],
  flags: (args) => args,
  needsNoFile: true,
  async run(cli) {
    const opened = await openStack(cli).catch(asProblem);
    const findings = await runChecks([
      cliCheck(opened),
      ...storeChecks(cli.store, placeOf(cli), stateOf),
      ...(opened instanceof UserError ? [] : await checksOf(cli, opened)),
    ]);
    for (const finding of findings) {
      if (cli.options.json) cli.answer("doctor", finding);
      else print(cli, finding);
    }
    if (opened instanceof UserError && !cli.options.json) {
      cli.screen.print("\nThe other checks need that first.");
    }
    return findings.some(({ state }) => state === "problem") ? EXIT.refused : EXIT.ok;
  },
});

/** The Pulumi CLI, the state and the config: whatever opening the stack needs. */
function cliCheck(opened: StackContext | UserError): Check {
  return {
    name: "Pulumi and config",
    run: () =>
      opened instanceof UserError
        ? Promise.reject(opened)
        : Promise.resolve({ fine: "the CLI works, the state and all settings can be read" }),
  };
}

async function checksOf(cli: CliContext, opened: StackContext): Promise<Check[]> {
  const { hostChecks } = await import("../doctor/hostChecks.ts");
  const { networkChecks } = await import("../doctor/networkChecks.ts");
  const { stackChecks } = await import("../doctor/stackChecks.ts");
  if (opened.url === "") {
    const text = "The stack has not been brought up yet. Do it: pulumi up";
    return [{ name: "stack", run: () => Promise.resolve({ fine: "", problems: [text] }) }];
  }
  return [
    ...stackChecks(opened),
    ...hostChecks({ ...opened, names: cli.names }),
    ...networkChecks(opened.settings, opened.url),
  ];
}

function placeOf({ project, names }: CliContext) {
  return statePlace(project, names.stack.slice(names.stack.indexOf("/") + 1));
}

async function stateOf(lease: LeaseRecord) {
  return (await lockStatus(lease))?.state ?? "free";
}

const SIGNS: Readonly<Record<Finding["state"], readonly [string, Style]>> = {
  ok: ["ok", "green"],
  warning: ["warn", "bold"],
  problem: ["FAIL", "red"],
};

function print({ screen }: CliContext, { check, state, texts }: Finding): void {
  const [sign, style] = SIGNS[state];
  const [first = "", ...rest] = texts.join("\n").split("\n");
  screen.print(`${screen.paint(sign.padEnd(4), style)}  ${check.padEnd(18)}  ${first}`);
  for (const line of rest) screen.print(`${" ".repeat(26)}${line}`);
}
