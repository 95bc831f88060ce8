/** `bluegreen`: releases an image to the users of a stack, and rolls it back. */
import { readFileSync } from "node:fs";
import yargs, { type Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { packageFile } from "../../lib/packageFolder.mjs";
import type { Options } from "./cliContext.ts";
import { printError, type Registration } from "./command.ts";
import { UsageError } from "../../lib/userError.ts";

/** In the order in which `--help` lists them. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Registration }>>> = {
  status: () => import("./status.ts"),
  release: () => import("./release.ts"),
  promote: () => import("./promote.ts"),
  abort: () => import("./abort.ts"),
  resume: () => import("./resume.ts"),
  rollback: () => import("./rollback.ts"),
  switch: () => import("./switch.ts"),
  retire: () => import("./retire.ts"),
  env: () => import("./env.ts"),
  "refresh-config": () => import("./refreshConfig.ts"),
  history: () => import("./history.ts"),
  doctor: () => import("./doctor.ts"),
  logs: () => import("./logs.ts"),
  exec: () => import("./exec.ts"),
  run: () => import("./run.ts"),
  lock: () => import("./lock.ts"),
  init: () => import("./init.ts"),
};

// `| head`, a closed pager: the release goes on without its reader.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const given = hideBin(process.argv);
/** Without the command that `exec` and `run` get. */
const words = given.includes("--") ? given.slice(0, given.indexOf("--")) : given;
const manifest = readFileSync(packageFile("package.json"), "utf8");
const { version } = JSON.parse(manifest) as { version: string };

// Installed in a project, the program is not on PATH.
if (words[0] === "completion") {
  console.log(
    'command -v bluegreen >/dev/null || bluegreen() { npx --no-install bluegreen "$@"; }',
  );
}

const commandLine = yargs(given)
  // What follows two dashes is kept apart, word by word.
  .parserConfiguration({ "populate--": true })
  .scriptName("bluegreen")
  .wrap(null)
  .usage("$0 COMMAND [OPTIONS]\n\nReleases an image to the users of a stack, and rolls it back.")
  .option("stack", { type: "string", describe: "The stack; default: $PULUMI_STACK" })
  .option("json", { type: "boolean", default: false, describe: "Print JSON, one object a line" })
  .option("yes", { alias: "y", type: "boolean", default: false, describe: "Skip confirmation" })
  .option("dry-run", { type: "boolean", default: false, describe: "Show what would be done" });
for (const load of needed()) (await load()).command(commandLine as unknown as Argv<Options>);

await commandLine
  .completion("completion", "Print a completion script for bash or zsh")
  .recommendCommands()
  .demandCommand(1, "Name a command. List them: bluegreen --help")
  .strict()
  .version(version)
  .epilogue("Exit codes, settings and terms: docs/releases.md")
  .fail((message, error, usage) => {
    // An error of a command itself does not concern the command line.
    if (error) throw error;
    const isJson = words.includes("--json");
    if (!isJson) usage.showHelp("error");
    printError(new UsageError(message), { json: isJson });
    process.exit();
  })
  .parseAsync();

/** Only the commands that are named, or all: `rollback --now` must not wait for the others to load. */
function needed() {
  const named = words.flatMap((word) => COMMANDS[word] ?? []);
  return named.length > 0 ? named : Object.values(COMMANDS);
}
