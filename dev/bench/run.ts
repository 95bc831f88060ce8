/**
 * `npm run bench [-- [switch] [kamal] [engine] [package] [digitalocean-switch] [digitalocean-deploy]
 * [ovh-switch] [targets] [judgement] [--quick] [--write] [--base FOLDER]]`: all benchmarks, or those that are
 * named; `--write` also writes their pages in docs/. The package is compared with the checkout in FOLDER, of
 * an earlier version for example; with this one where there is none.
 */
import { parseArgs } from "node:util";
import { cleanUp, cleanUpOnSignals, wasInterrupted } from "./cleanUp.ts";
import { benchCloudDeploy } from "./digitalocean/deploy.ts";
import { benchCloudSwitch } from "./digitalocean/switch.ts";
import { benchEngine } from "./engine.ts";
import { benchJudgement } from "./judgement.ts";
import { benchKamal } from "./kamal.ts";
import { describeMachine } from "./machine.ts";
import { benchOvhSwitch } from "./openstack/switch.ts";
import { benchPackage } from "./package.ts";
import { pagesOf, writePage } from "./pages.ts";
import { FULL, LONGEST_RUN_MS, type Parameters, QUICK } from "./parameters.ts";
import { say } from "./progress.ts";
import type { Result } from "./result.ts";
import { benchSwitch } from "./switch.ts";
import { goalsText, resultText } from "./table.ts";
import { benchTargets } from "./targets.ts";

const BENCHES: Readonly<Record<string, (parameters: Parameters) => Promise<readonly Result[]>>> = {
  switch: async ({ switching }) => [await benchSwitch(switching)],
  kamal: async ({ kamal }) => [await benchKamal(kamal)],
  engine: async ({ engine }) => [await benchEngine(engine)],
  package: async (parameters) => [await benchPackage(parameters.package, options.base)],
  "digitalocean-switch": async ({ cloudSwitch }) => [await benchCloudSwitch(cloudSwitch)],
  "digitalocean-deploy": ({ cloudDeploy }) => benchCloudDeploy(cloudDeploy),
  "ovh-switch": async ({ ovhSwitch }) => [await benchOvhSwitch(ovhSwitch)],
  targets: async ({ targets }) => [await benchTargets(targets)],
  judgement: ({ judgement }) => benchJudgement(judgement),
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    base: { type: "string" },
  },
});

cleanUpOnSignals(LONGEST_RUN_MS);
try {
  await run(positionals.length > 0 ? positionals : Object.keys(BENCHES));
} catch (error) {
  // The clean-up after a signal ends the process; what it interrupted fails meanwhile.
  if (wasInterrupted()) await new Promise(() => {});
  throw error;
} finally {
  if (!wasInterrupted()) await cleanUp();
}

async function run(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in BENCHES));
  if (unknown !== undefined) {
    throw new Error(`no benchmark "${unknown}"; there are ${Object.keys(BENCHES).join(", ")}`);
  }
  const pages = options.write ? pagesOf(names) : [];
  const begun = new Date();
  const machine = await describeMachine();
  const results = new Map<string, readonly Result[]>();
  for (const name of names) {
    say(`benchmark ${name}`);
    const found = await BENCHES[name]!(options.quick ? QUICK : FULL);
    results.set(name, found);
    for (const result of found) console.log(`${resultText(result)}\n`);
    // Before the next one, whose figures these containers would be in.
    await cleanUp();
  }
  const goals = [...results.values()].flat().flatMap((result) => result.goals);
  console.log([goalsText(goals), ...machine].join("\n\n"));
  for (const page of pages) {
    await writePage(page, results, { begun, machine, isQuick: options.quick });
  }
}
