/** `npm run demo`: one blue/green release, explained step by step. */
import { SetupError } from "../dev/setup/failure.mjs";
import { setUpFor } from "../dev/setup/setUp.mjs";
import { UserError } from "../lib/userError.ts";
import { Screen } from "../release/output/screen.ts";
import { CloudDemo } from "./cloud/cloudDemo.ts";
import { DIGITALOCEAN } from "./cloud/digitalocean.ts";
import { OVH } from "./cloud/ovh.ts";
import { Demo } from "./demo.ts";
import { Interrupted, Interruption } from "./interruption.ts";
import { DEMO_HELP, type DemoOptions, parseDemoOptions } from "./options.ts";

const screen = new Screen();
const interruption = new Interruption();

/** A release on one target. */
interface Release {
  /** @returns whether every request succeeded. */
  run(): Promise<boolean>;
  /** After an early stop. */
  explainStop(): Promise<void>;
}

try {
  const options = parseDemoOptions(process.argv.slice(2), "demo");
  if (options.help) screen.print(DEMO_HELP);
  else {
    const { target } = options;
    await setUpFor(target === "local" ? "demo" : `demo:${target}`);
    interruption.listen(() => screen.print("\nStopping. Pulumi finishes its current steps first."));
    await run(releaseOn(options));
  }
} catch (error) {
  if (!(error instanceof UserError || error instanceof SetupError)) throw error;
  screen.print(`\n${error.message}`);
  process.exitCode = 1;
}

function releaseOn(options: DemoOptions): Release {
  switch (options.target) {
    case "local":
      return new Demo(options, screen, interruption);
    case "digitalocean":
      return new CloudDemo(DIGITALOCEAN, options.stack, screen, interruption);
    case "ovh":
      return new CloudDemo(OVH, options.stack, screen, interruption);
  }
}

async function run(release: Release): Promise<void> {
  try {
    process.exitCode = (await release.run()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    await release.explainStop();
    process.exitCode = 130;
  }
}
