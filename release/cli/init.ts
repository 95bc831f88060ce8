import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Argv } from "yargs";
import { UserError } from "../../lib/userError.ts";
import { askForMissing, checkAnswers, type GivenAnswers } from "../init/answers.ts";
import { describeFiles, nextCommands } from "../init/describe.ts";
import { PIPELINES, type PipelineName } from "../init/pipelines.ts";
import { findPlace, isOurs, lookAt, type Place } from "../init/place.ts";
import { type PlannedFile, planFiles } from "../init/plannedFiles.ts";
import { printJson } from "../output/reports.ts";
import type { Options } from "./cliContext.ts";
import { printError } from "./command.ts";
import { EXIT } from "./exitCodes.ts";

interface Flags extends Options {
  readonly folder?: string | undefined;
  readonly name?: string | undefined;
  readonly target?: string | undefined;
  readonly image?: string | undefined;
  readonly port?: string | undefined;
  readonly healthPath?: string | undefined;
  readonly pipeline?: PipelineName | undefined;
}

/** `bluegreen init`: unlike the other commands it needs no Pulumi.yaml and no stack. */
export function command(cli: Argv<Options>): Argv<Options> {
  return cli.command(
    "init [folder]",
    "Write the few files that a stack needs, and overwrite none",
    (args) =>
      args
        .positional("folder", {
          type: "string",
          describe: "Default: this one, or deploy if an app has its own package.json here",
        })
        .option("name", { type: "string", describe: "The project; default: the folder's name" })
        .option("target", {
          type: "string",
          describe: "local, digitalocean or ovh; default: local",
        })
        .option("image", { type: "string", describe: "The first image of blue: name:tag" })
        .option("port", { type: "string", describe: "Where the app listens; default: 8000" })
        .option("health-path", { type: "string", describe: "Default: /health" })
        .option("pipeline", {
          choices: Object.keys(PIPELINES) as PipelineName[],
          describe: "Write this pipeline too",
        })
        .example("$0 init", "Ask on a terminal")
        .example(
          "$0 init --image registry.example.com/shop:1.4.2 --port 3000 --pipeline github",
          "",
        ),
    async ({ healthPath, ...flags }) => {
      process.exitCode = await init({ ...flags, healthPath });
    },
  );
}

async function init(flags: Flags): Promise<number> {
  try {
    const place = flags.folder === undefined ? await findPlace(".") : await lookAt(flags.folder);
    refusePlace(place, flags);
    const project = place.project?.name ?? flags.name ?? projectName(place.folder);
    const { target, stack, image, port, healthPath } = flags;
    const given = {
      target,
      stack: stack ?? (process.env["PULUMI_STACK"] || undefined),
      image,
      port,
      healthPath,
    };
    const answers = checkAnswers(await askOnTerminal({ ...given, project }, flags));
    const files = await planFiles(answers, place, flags.pipeline);
    if (!flags.dryRun) await write(files);
    for (const line of [...describeFiles(files, flags.dryRun), ...nextCommands(answers, place)]) {
      if (!flags.json) console.log(line);
      else if (line.trim() !== "") printJson({ event: "info", text: line });
    }
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    printError(error, flags);
    return EXIT.usage;
  }
}

/** @throws UserError if the folder belongs to something else. */
function refusePlace({ folder, manifest, project }: Place, { name }: Flags): void {
  const elsewhere = `Use a separate folder: bluegreen init ${join(folder, "deploy")}`;
  if (project && project.runtime !== "nodejs") {
    throw new UserError(
      `${join(folder, "Pulumi.yaml")}: belongs to a program of the runtime ` +
        `${JSON.stringify(project.runtime)}, and this one needs nodejs. ${elsewhere}`,
    );
  }
  if (project && name !== undefined && name !== project.name) {
    throw new UserError(
      `--name: must be ${project.name}, as in Pulumi.yaml, got ${JSON.stringify(name)}. ` +
        "Leave the flag out",
    );
  }
  if (manifest && manifest.type !== "module" && !isOurs(manifest)) {
    throw new UserError(
      `${join(folder, "package.json")}: belongs to a CommonJS app, and a stack's program is an ES ` +
        `module. ${elsewhere}`,
    );
  }
}

/** The app's folder, even if the files are in its `deploy` folder. */
function projectName(folder: string): string {
  const path = resolve(folder);
  const name = basename(basename(path) === "deploy" ? dirname(path) : path);
  return name.replaceAll(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
}

/** Asks a person; a pipeline gives flags or uses the defaults. */
async function askOnTerminal(given: GivenAnswers, { yes }: Options): Promise<GivenAnswers> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (yes || !isTerminal) return given;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await askForMissing(given, (question) => lines.question(question));
  } finally {
    lines.close();
  }
}

async function write(files: readonly PlannedFile[]): Promise<void> {
  for (const { path, text, action } of files) {
    if (action !== "write" && action !== "extend") continue;
    await mkdir(dirname(path), { recursive: true });
    // A file that was created in the meantime stays too.
    await writeFile(path, text, { flag: action === "write" ? "wx" : "w" });
  }
}
