/** `npm run demo`: one blue/green release on this machine, told step by step. */
import { UserError } from "../lib/userError.ts";
import { Demo } from "./demo.ts";
import { explainState } from "./endings.ts";
import { Interrupted, Interruption } from "./interruption.ts";
import { DEMO_HELP, parseDemoOptions } from "./options.ts";
import { Screen } from "../release/output/screen.ts";

const screen = new Screen();
const interruption = new Interruption();

try {
  const options = parseDemoOptions(process.argv.slice(2), "demo");
  if (options.help) {
    screen.print(DEMO_HELP);
  } else {
    interruption.listen(() => screen.print("\nStopping. What Pulumi has begun is ended first."));
    await runDemo(new Demo(options, screen, interruption));
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  screen.print(`\n${error.message}`);
  process.exitCode = 1;
}

async function runDemo(demo: Demo): Promise<void> {
  try {
    demo.introduce();
    await demo.look();
    await demo.buildImages();
    await demo.makeStack();
    await demo.bringUpBlue();
    await demo.deployGreen();
    await demo.previewSwitch();
    await demo.switchToGreen();
    await demo.rollBack();
    process.exitCode = demo.finish() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    await explainState(demo.options, screen);
    process.exitCode = 130;
  }
}
