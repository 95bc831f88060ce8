import { readFile } from "node:fs/promises";
import { COLORS } from "../../lib/color.ts";
import { UserError } from "../../lib/userError.ts";
import type { CliContext } from "./cliContext.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exitCodes.ts";

/** Changes the stack file only, so it needs no confirmation. */
export const command = defineCommand({
  usage: "env <what>",
  summary: "Set the app's environment variables from a dotenv file; the next release brings them",
  examples: ["env set --file .env --secret --stack prod"],
  flags: (args) =>
    args
      .positional("what", { choices: ["set"] as const, demandOption: true })
      .option("file", {
        type: "string",
        demandOption: true,
        describe: "The dotenv file; its variables are added to those of the stack file",
      })
      .option("secret", {
        type: "boolean",
        default: false,
        describe: "Encrypt the values in the stack file",
      })
      .option("color", { choices: COLORS, describe: "For this color alone; default: both" }),
  async run(cli, { file, secret, color }) {
    const { readVariables, envChanges, describeChange } = await import("../plan/envChanges.ts");
    const variables = readVariables(await textOf(file), file);
    const { Engine } = await import("../engine/engine.ts");
    const engine = await Engine.open(cli.project, cli.stack);
    const group = color ?? "app";
    const plain = await engine.config();
    const changes = envChanges(variables, group, secret, plain, await engine.stackFile());
    for (const change of changes) cli.screen.print(describeChange(change));
    if (!cli.options.dryRun) await engine.setTexts(changes);
    cli.screen.print(ending(cli, Object.keys(variables).length, changes.length, group));
    return EXIT.ok;
  },
});

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : `can't be read: ${message}`;
    throw new UserError(`--file: must be a dotenv file, and ${file} ${why}.`);
  }
}

function ending({ stack, options }: CliContext, all: number, changed: number, group: string) {
  const file = `Pulumi.${stack}.yaml`;
  if (changed === 0) return `${file} has all ${all} variables in ${group}.env already.`;
  const rest = all > changed ? `; ${all - changed} are there already` : "";
  return options.dryRun
    ? `${changed} of ${all} variables would be set in ${file}${rest}.`
    : `${changed} of ${all} variables are set in ${file}${rest}. Release them: bluegreen release --stack ${stack}`;
}
