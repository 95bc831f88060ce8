import type { Argv } from "yargs";
import type { Color } from "../../lib/color.ts";
import { COLORS } from "../../lib/color.ts";
import { UsageError, UserError } from "../../lib/userError.ts";
import type { Selection } from "../hosts/containers.ts";
import type { Options } from "./cliContext.ts";
import type { StackContext } from "./stackContext.ts";

/** The flags that choose containers. */
export function containerFlags(args: Argv<Options>) {
  return args
    .option("color", { choices: COLORS, describe: "blue or green; default: the live color" })
    .option("process", { type: "string", describe: "web, or the name of another process" })
    .option("host", { type: "string", describe: "A host, such as blue-1" });
}

/** For the commands that reach services too. */
export function serviceFlag<Flags>(args: Argv<Flags>) {
  return args.option("service", {
    type: "string",
    describe: "A service beside both colors, such as db",
  });
}

/** The service that was named. @throws UsageError if one of the app's containers was named beside it. */
export function chosenService(flags: Selection): string | undefined {
  const { service, ...others } = flags;
  const [other] = (["color", "process", "host"] as const).filter((flag) => others[flag]);
  if (service === undefined || other === undefined) return service;
  throw new UsageError(`--service: can't be combined with --${other}.`);
}

/** The words after `--`. @throws UsageError if there are none. */
export function commandOf(flags: object, name: string): string[] {
  const { "--": words = [] } = flags as { readonly "--"?: readonly (string | number)[] };
  if (words.length > 0) return words.map(String);
  throw new UsageError(`Name a command after two dashes: bluegreen ${name} -- COMMAND`);
}

/** The color that was asked for, or the one to which the balancer sends users now. */
export async function chosenColor(
  { route }: Pick<StackContext, "route">,
  asked: Color | undefined,
): Promise<Color> {
  if (asked !== undefined) return asked;
  try {
    return (await route.look()).active;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `Which color is live is unknown: ${error.message}\nName one: --color blue, or --color green`,
    );
  }
}
