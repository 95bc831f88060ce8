import type { Context, ResourceType } from "../provider/resource.ts";
import type { Values } from "../provider/values.ts";
import { commandType, type Environment } from "./commandType.ts";
import { execute } from "./execute.ts";
import { text, textList, type InputRule } from "./inputs.ts";
import type { Logging, Output } from "./output.ts";

const unsupported: InputRule = () =>
  "is not supported by this stand-in for the command plugin; install the official one";

/** `command:local:Command`: scripts on this machine for a resource's create, update and delete. */
export const localCommand: ResourceType = commandType({
  token: "command:local:Command",
  inputs: {
    dir: text,
    interpreter: textList,
    assetPaths: unsupported,
    archivePaths: unsupported,
  },
  run: runHere,
});

async function runHere(
  script: string,
  inputs: Values,
  previous: Environment,
  context: Context,
): Promise<Output> {
  return await execute({
    command: script,
    interpreter: interpreterOf(inputs),
    dir: inputs["dir"] as string | undefined,
    environment: {
      ...(inputs["environment"] as Record<string, string> | undefined),
      ...previous,
    },
    stdin: (inputs["stdin"] as string | undefined) ?? "",
    logging: (inputs["logging"] as Logging | undefined) ?? "stdoutAndStderr",
    cancelled: context.cancelled,
    log: (line) => context.log(line),
  });
}

function interpreterOf(inputs: Values): string[] {
  const given = inputs["interpreter"] as string[] | undefined;
  if (given && given.length > 0) return given;
  return process.platform === "win32" ? ["cmd", "/C"] : ["/bin/sh", "-c"];
}
