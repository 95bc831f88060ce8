/** `npm run demo:remove`: removes what the demo made, and says what stays. */
import { dirname, join } from "node:path";
import { execa } from "execa";
import { UserError } from "../lib/userError.ts";
import { cliFolder, pulumiHome } from "../dev/setup/places.mjs";
import { SetupError } from "../dev/setup/failure.mjs";
import { setUpFor } from "../dev/setup/setUp.mjs";
import { checkIsOver, readTraces, removeTraces } from "./cloud/traces.ts";
import { imageTags } from "./images.ts";
import { checkFolder, checkStackIsDemo } from "./guards.ts";
import { Interrupted, Interruption } from "./interruption.ts";
import { settleLock } from "./lock.ts";
import { REMOVE_HELP, parseDemoOptions } from "./options.ts";
import { Pulumi } from "./pulumi.ts";
import { Screen } from "../release/output/screen.ts";
import { StackFile, stackFilePath } from "./stackFile.ts";
import { Steps } from "./steps.ts";
import { leftovers, whatRuns } from "./whatRuns.ts";

const screen = new Screen();
const steps = new Steps(screen);
const interruption = new Interruption();

try {
  const words = process.argv.slice(2);
  const { stack, isNamed, help } = parseDemoOptions(words, "demo:remove");
  if (help) screen.print(REMOVE_HELP);
  else {
    await setUpFor("demo");
    interruption.listen(() => screen.print("\nStopping. Pulumi finishes its current steps first."));
    await checkFolder();
    await removeTours(isNamed ? stack : undefined);
    await removeDemo(stack);
    screen.print(stays());
  }
} catch (error) {
  if (error instanceof Interrupted) {
    screen.print("\nStopped early. To continue, run the same command again.");
    process.exitCode = 130;
  } else if (error instanceof UserError || error instanceof SetupError) {
    screen.print(`\n${error.message}`);
    process.exitCode = 1;
  } else throw error;
}

async function removeDemo(stack: string): Promise<void> {
  const pulumi = new Pulumi(stack, steps, interruption);
  const file = await StackFile.open(pulumi);
  if (await pulumi.exists()) await removeStack(pulumi, file);
  await file.close();
  await removeContainers(stack);
  await removeImages(stack);
}

/** Removes what killed demos in emulated clouds left behind; others leave nothing. */
async function removeTours(stack: string | undefined): Promise<void> {
  for (const traces of await readTraces(stack)) {
    await checkIsOver(traces);
    const title = `Remove what a killed demo left behind, with the stack ${traces.stack}`;
    await steps.step(title, () => removeTraces(traces, steps));
  }
}

function stays(): string {
  const plugins = ["command", "digitalocean", "openstack"].map((name) =>
    join(pulumiHome(), `plugins/resource-${name}-*`),
  );
  return `
The demo is removed. What the set-up installed stays for the tests and the next demo. To remove
that too:
   docker volume rm $(docker volume ls --quiet --filter label=blue-green.machine-images)
   docker image rm $(docker images 'blue-green-*' --format '{{.Repository}}:{{.Tag}}')
   rm -rf ${dirname(cliFolder())} ${plugins.join(" ")} node_modules`;
}

async function removeStack(pulumi: Pulumi, file: StackFile): Promise<void> {
  const { stack } = pulumi;
  checkStackIsDemo(
    stack,
    await pulumi.config(),
    `To remove it anyway: npx pulumi destroy --stack ${stack}`,
  );
  await steps.step(`Destroy the stack ${stack}`, async () => {
    await settleLock(pulumi, steps);
    await pulumi.show(["destroy", "--yes", "--skip-preview"]);
    return "balancer, containers and network are gone";
  });
  await steps.step("Remove the stack from Pulumi's state", async () => {
    const kept = await file.undo();
    await pulumi.tell("stack", "rm", "--yes", "--preserve-config", stack);
    if (kept.length === 0) return `${stackFilePath(stack)} no longer holds anything from the demo`;
    return `${stackFilePath(stack)} keeps your own changes: ${kept.join(", ")}`;
  });
}

/** Removes what a killed `up` made without recording it in the state, where `destroy` misses it. */
async function removeContainers(stack: string): Promise<void> {
  const found = await leftovers((await whatRuns(stack)).names);
  if (found.length === 0) return;
  await steps.step("Remove what a killed update left in Docker", async () => {
    for (const leftover of found) {
      const [kind = "", name = ""] = leftover.split(" ");
      const command = kind === "container" ? ["rm", "--force", name] : [kind, "rm", name];
      steps.command(["docker", ...command]);
      await execa("docker", command, { reject: false });
    }
    return found.join(", ");
  });
}

async function removeImages(stack: string): Promise<void> {
  const tags = Object.values(imageTags(stack));
  const { stdout } = await execa("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}"]);
  const there = tags.filter((tag) => stdout.split("\n").includes(tag));
  if (there.length === 0) return;
  await steps.step("Remove the demo's images", async () => {
    const command = ["image", "rm", ...there];
    steps.command(["docker", ...command]);
    const removed = await execa("docker", command, { reject: false });
    // Another stack may use them.
    return removed.failed ? `kept images in use: ${removed.stderr}` : there.join(", ");
  });
}
