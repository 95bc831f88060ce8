/** `bluegreen`: the road from an image to all users, and back. */
import yargs, { type Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import type { Options } from "./cliContext.ts";
import { runCommand } from "./runCommand.ts";
import { parseOverrides } from "./overrides.ts";
import { EXIT } from "./exitCodes.ts";

// What a command needs is loaded when it runs: `rollback --now` must not wait for the rest.

const DEFAULT_WAIT_SECONDS = 3600;

const cli = yargs(hideBin(process.argv))
  .scriptName("bluegreen")
  .wrap(null)
  .usage(
    "$0 COMMAND [OPTIONS]\n\nReleases an image to the users of a stack, step by step, and goes back.",
  )
  .option("stack", { type: "string", describe: "The stack; default: $PULUMI_STACK" })
  .option("json", { type: "boolean", default: false, describe: "Prints JSON, one object a line" })
  .option("yes", { alias: "y", type: "boolean", default: false, describe: "Asks nothing" })
  .option("dry-run", { type: "boolean", default: false, describe: "Shows what it would do" })
  .command(
    "status",
    "Shows who has the traffic, what runs, and the release that is under way",
    (args) =>
      args
        .option("watch", { type: "boolean", default: false, describe: "Again every two seconds" })
        .example("$0 status --stack prod --watch", ""),
    ({ watch, ...options }) =>
      runCommand(options, async (cli) => {
        const { status } = await import("./status.ts");
        return status(cli, watch);
      }),
  )
  .command(
    "release",
    "Deploys an image to the idle color, tries it, and gives it the traffic",
    (args) =>
      waitOption(args)
        .option("image", {
          type: "string",
          demandOption: true,
          describe: "name:tag or name@sha256:…",
        })
        .option("override", {
          type: "string",
          array: true,
          default: [] as string[],
          describe: "CHECK=REASON: freeze, live-health or pending-operations",
        })
        .option("one-way", {
          type: "string",
          describe: "REASON why it can't go back once it is live",
        })
        .example("$0 release --image registry.example.com/app:1.4.3 --stack prod", ""),
    ({ image, override, "one-way": oneWay, wait, ...options }) =>
      runCommand(options, async (cli) => {
        const overrides = parseOverrides(override);
        const { release } = await import("./release.ts");
        return release(cli, {
          image,
          overrides,
          waitSeconds: wait,
          ...(oneWay !== undefined && { oneWay }),
        });
      }),
  )
  .command(
    "promote",
    "Sends on a release that waits",
    (args) => waitOption(args).example("$0 promote --stack prod --yes", ""),
    ({ wait, ...options }) =>
      runCommand(options, async (cli) => {
        const { promote } = await import("./underWay.ts");
        return promote(cli, wait);
      }),
  )
  .command(
    "abort",
    "Gives a release up: all goes back to what was before",
    (args) => args.example("$0 abort --stack prod", ""),
    (options) =>
      runCommand(options, async (cli) => {
        const { abort } = await import("./underWay.ts");
        return abort(cli);
      }),
  )
  .command(
    "resume",
    "Goes on with a release that was stopped or killed",
    (args) => waitOption(args).example("$0 resume --stack prod --yes", ""),
    ({ wait, ...options }) =>
      runCommand(options, async (cli) => {
        const { resume } = await import("./underWay.ts");
        return resume(cli, wait);
      }),
  )
  .command(
    "rollback",
    "Gives the traffic back to the color that had it before",
    (args) =>
      args
        .option("now", {
          type: "boolean",
          default: false,
          describe: "The balancer first, the rest after",
        })
        .example("$0 rollback --now --yes --stack prod", ""),
    ({ now, ...options }) =>
      runCommand(options, async (cli) => {
        const { rollback } = await import("./rollback.ts");
        return rollback(cli, now);
      }),
  )
  .command(
    "retire",
    "Shrinks the idle color to release.idleCount",
    (args) => args.example("$0 retire --stack prod", ""),
    (options) =>
      runCommand(options, async (cli) => {
        const { retire } = await import("./retire.ts");
        return retire(cli);
      }),
  )
  .command(
    "refresh-config",
    "Takes what releases have set from the last update into the stack file",
    (args) => args.example("$0 refresh-config --stack prod", ""),
    (options) =>
      runCommand(options, async (cli) => {
        const { refreshConfig } = await import("./refreshConfig.ts");
        return refreshConfig(cli);
      }),
  )
  .command(
    "history [id]",
    "Lists the releases, or tells all of one",
    (args) =>
      args
        .positional("id", { type: "string", describe: "Of a release" })
        .option("limit", { type: "number", default: 20, describe: "How many, the latest" })
        .example("$0 history --stack prod --json", ""),
    ({ id, limit, ...options }) =>
      runCommand(options, async (cli) => {
        const { history } = await import("./history.ts");
        return history(cli, id, limit);
      }),
  )
  .command(
    "lock <what>",
    "Shows who works on the stack, or frees the lock of one who is gone",
    (args) =>
      args
        .positional("what", { choices: ["show", "release"] as const, demandOption: true })
        .example("$0 lock show --stack prod", ""),
    ({ what, ...options }) =>
      runCommand(options, async (cli) => {
        const { lockRelease, lockShow } = await import("./lock.ts");
        return what === "show" ? lockShow(cli) : lockRelease(cli);
      }),
  )
  .completion("completion", "Prints a script that completes words in bash or zsh")
  .demandCommand(1, "Which command? See them: bluegreen --help")
  .strict()
  .version(false)
  .epilogue("Exit codes, settings and what the words mean: docs/releases.md")
  .fail((message, error, usage) => {
    // An error of a command itself is none of the command line.
    if (error) throw error;
    usage.showHelp("error");
    console.error(`\n${message}`);
    process.exit(EXIT.usage);
  });

(await import("./init.ts")).command(cli as unknown as Argv<Options>);
await cli.parseAsync();

function waitOption<T>(args: Argv<T>) {
  return args.option("wait", {
    type: "number",
    default: DEFAULT_WAIT_SECONDS,
    describe: "Seconds that a person has to promote",
  });
}
