import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../lib/userError.ts";
import { cliIn, installedRoot, isExecutable, pulumiHome } from "./pulumiHome.mjs";

/** The oldest CLI that the program's resource hooks and events work with. */
const OLDEST = "3.245.0";

const REMEDY =
  "Install it with the project: npm install --save-dev pulumi@latest, npx pulumi version";

/**
 * The Pulumi CLI: from the npm package `pulumi` if the project has it installed, else the one on PATH, else
 * the newest in Pulumi's home.
 *
 * @throws UserError if there is none, it does not start, or it is too old.
 */
export async function findPulumi(projectFolder: string): Promise<PulumiCommand> {
  const root = await packageRoot(projectFolder);
  if (root !== undefined) return started({ root });
  if (await isOnPath()) return started({});
  const newest = await newestRoot();
  if (newest !== undefined) return started({ root: newest });
  throw new UserError(
    `There is no Pulumi CLI: not as the npm package pulumi, not on PATH, not in ${pulumiHome()}. ${REMEDY}`,
  );
}

/** What commands need on their PATH: the language hosts beside an installed CLI. */
export function pathFor({ command }: PulumiCommand): string {
  const path = process.env["PATH"] ?? "";
  return command.includes("/") ? `${dirname(command)}${delimiter}${path}` : path;
}

/** The package downloads its CLI when it first runs, so it may be installed without one. */
async function packageRoot(projectFolder: string): Promise<string | undefined> {
  const { resolve } = createRequire(import.meta.url);
  let manifest: string;
  try {
    manifest = resolve("pulumi/package.json", {
      paths: [projectFolder, fileURLToPath(new URL(".", import.meta.url))],
    });
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const root = installedRoot(version);
  return (await isExecutable(cliIn(root))) ? root : undefined;
}

async function isOnPath(): Promise<boolean> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const found = await Promise.all(folders.map((folder) => isExecutable(join(folder, "pulumi"))));
  return found.includes(true);
}

async function newestRoot(): Promise<string | undefined> {
  const versions = await readdir(dirname(installedRoot("any"))).catch(() => []);
  const order = new Intl.Collator("en", { numeric: true });
  const roots = [
    ...versions.sort((a, b) => order.compare(b, a)).map(installedRoot),
    // Where Pulumi's own installation script puts it.
    pulumiHome(),
  ];
  for (const root of roots) if (await isExecutable(cliIn(root))) return root;
  return undefined;
}

/** It tells its version when it starts. */
async function started(options: { readonly root?: string }): Promise<PulumiCommand> {
  const cli = await PulumiCommand.get(options).catch((error: Error) => {
    const [first = ""] = error.message.trim().split("\n").reverse();
    throw new UserError(`The Pulumi CLI can't be started: ${first}. ${REMEDY}`);
  });
  return checked(cli);
}

function checked(cli: PulumiCommand): PulumiCommand {
  if (!cli.version || cli.version.compare(OLDEST) >= 0) return cli;
  throw new UserError(
    `The Pulumi CLI must be ${OLDEST} or newer, but ${cli.command} is ${cli.version.version}. ${REMEDY}`,
  );
}
