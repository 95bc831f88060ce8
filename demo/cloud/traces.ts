import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { LABEL } from "../../dev/emulators/labels.ts";
import { labelled, removeMachines } from "../../dev/emulators/machine/remove.ts";
import { UserError } from "../../lib/userError.ts";
import { imageTags } from "../images.ts";
import { Interruption } from "../interruption.ts";
import { settleLock } from "../lock.ts";
import { Pulumi } from "../pulumi.ts";
import { stackFilePath } from "../stackFile.ts";
import type { Steps } from "../steps.ts";

/** The local state's folder, outside version control. */
const FOLDER = ".pulumi";
const FILE = /^demo-cloud-(.+)\.json$/;

/**
 * Records what a cloud tour makes on this machine, before it makes it: a killed tour can be cleaned up.
 */
export interface Traces {
  /** The name of the tour's first stack. */
  readonly stack: string;
  readonly stacks: readonly string[];
  /** Value of the label on everything the emulator made in Docker. */
  readonly run: string;
  readonly pid: number;
  /** The stack that the user had selected. */
  readonly selected?: string;
}

function pathOf(stack: string): string {
  return join(FOLDER, `demo-cloud-${stack}.json`);
}

export async function writeTraces(traces: Traces): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(pathOf(traces.stack), JSON.stringify(traces, null, 2));
}

/** The traces of one tour, or of all. */
export async function readTraces(stack?: string): Promise<Traces[]> {
  const files = await readdir(FOLDER).catch(() => []);
  const stacks = files.flatMap((file) => FILE.exec(file)?.[1] ?? []);
  const wanted = stacks.filter((one) => stack === undefined || one === stack);
  const texts = await Promise.all(wanted.map((one) => readFile(pathOf(one), "utf8")));
  return texts.map((text) => JSON.parse(text) as Traces);
}

/** @throws UserError if the tour is still running. */
export async function checkIsOver({ pid, stack }: Traces): Promise<void> {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (pid === process.pid || !command.includes("demo")) return;
  throw new UserError(
    `Another demo (pid ${pid}) is using the stack ${stack}. Wait for it or stop it: kill -INT ${pid}\n` +
      `To run a second one beside it: npm run demo -- --target ... --stack another`,
  );
}

/** Removes machines, networks, disks, stacks with their files, and images. @returns what it removed */
export async function removeTraces(traces: Traces, steps: Steps): Promise<string> {
  const { run, stack, stacks, selected } = traces;
  const label = `${LABEL}=${run}`;
  const made = await labelled(label);
  await removeMachines(label);
  // A new interruption: clean-up must run even after the user asked to stop.
  const pulumiOf = (name: string) => new Pulumi(name, steps, new Interruption());
  const removed: string[] = [];
  for (const name of stacks) if (await removeStack(pulumiOf(name), steps)) removed.push(name);
  if (selected !== undefined) await select(pulumiOf(selected));
  const images = Object.values(imageTags(stack));
  const removal = await execa("docker", ["image", "rm", ...images], { reject: false });
  await rm(pathOf(stack));
  const parts = [
    ...(made.length > 0 ? [`${made.length} machines, networks and disks`] : []),
    ...removed.map((name) => `the stack ${name}`),
    ...(removal.failed ? [] : ["two images"]),
  ];
  return parts.join(", ") || "only its record was left";
}

/** Needs no `destroy`: the stack's resources disappeared with the account. */
async function removeStack(pulumi: Pulumi, steps: Steps): Promise<boolean> {
  const exists = await pulumi.exists();
  if (exists) {
    await settleLock(pulumi, steps);
    await pulumi.ask("stack", "rm", "--yes", "--force", pulumi.stack);
  }
  await rm(stackFilePath(pulumi.stack), { force: true });
  return exists;
}

async function select(pulumi: Pulumi): Promise<void> {
  if (await pulumi.exists()) await pulumi.ask("stack", "select", pulumi.stack);
}
