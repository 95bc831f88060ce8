import { rmSync } from "node:fs";
import { access, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stop } from "esbuild";
import { bundle } from "../../dev/package/bundle.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What a program that runs from its sources needs next to it; the rest of the checkout is not for Pulumi. */
const LINKED = [
  ...["index.ts", "settings.ts", "components", "lib", "programs", "scripts", "settings", "stacks"],
  ...["node_modules", "package.json", "tsconfig.json"],
];

/**
 * A folder in which `pulumi` and `bluegreen` run this checkout's program with their own stack files and
 * state, so that a test leaves no trace in the checkout. The program is compiled, as users get it: the
 * commands of a test then take half the time.
 */
export async function makeWorkspace(): Promise<string> {
  return makeCompiledWorkspace(await compiledProgram());
}

/** The same for a program that was compiled into this folder. */
export async function makeCompiledWorkspace(code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "blue-green-test-"));
  const project = await readFile(join(ROOT, "Pulumi.yaml"), "utf8");
  const program = await readFile(join(ROOT, "index.ts"), "utf8");
  const files = {
    "Pulumi.yaml": project
      .replace(/ *nodeargs: .*\n/, "")
      .replace("main: index.ts", "main: index.js"),
    "index.js": program.replace("./stacks/blueGreen.ts", `${code}/index.js`),
    "bluegreen.js": `await import("${code}/release/cli/main.js");\n`,
    "step.js": `await import("${code}/programs/run.js");\n`,
    "package.json": JSON.stringify({
      name: "blue-green",
      type: "module",
      exports: { "./step": "./step.js" },
    }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** The same from a checkout's sources. */
export async function makeSourceWorkspace(checkout: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "blue-green-test-"));
  await cp(join(checkout, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  for (const entry of LINKED) {
    const target = join(checkout, entry);
    // A checkout of another version may have fewer folders.
    if (await exists(target)) await symlink(target, join(folder, entry));
  }
  return folder;
}

let compiling: Promise<string> | undefined;

/** Inside the checkout, where compiled code finds the package's files and dependencies. */
function compiledProgram(): Promise<string> {
  return (compiling ??= compile(join(ROOT, "node_modules", ".cache", `blue-green-${process.pid}`)));
}

async function compile(folder: string): Promise<string> {
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await bundle(folder);
  // Its process would count as one of the first stack's.
  await stop();
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function removeWorkspace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Writes a stack file; JSON is YAML. */
export async function writeStackFile(
  folder: string,
  stack: string,
  config: Readonly<Record<string, unknown>>,
  salt: string,
): Promise<void> {
  const named = Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [`blue-green:${key}`, value] as const);
  const file = { encryptionsalt: salt, config: Object.fromEntries(named) };
  await writeFile(join(folder, `Pulumi.${stack}.yaml`), JSON.stringify(file, null, 2));
}

/** The lock files that an `up` which was killed leaves behind. */
export async function lockFiles(folder: string): Promise<string[]> {
  const files = await readdir(join(folder, ".pulumi", "locks"), { recursive: true }).catch(
    () => [],
  );
  return files.filter((file) => file.endsWith(".json"));
}
