import * as pulumi from "@pulumi/pulumi";
import { scriptCall, scriptInput } from "../../lib/hostScript.ts";
import type { Host, HostCommand } from "./host.ts";

export interface HostScriptArgs {
  /** A file in `scripts/`, with a function `up` that converges. */
  readonly script: string;
  /** Assignments at the top of the script; what a preview's diff shows. */
  readonly values: Readonly<Record<string, pulumi.Input<string | number>>>;
  /** `$INPUT` in the script, for longer texts. */
  readonly input?: pulumi.Input<string>;
  /** Whether the script has a function `down` that removes what `up` made. */
  readonly hasDown?: boolean;
}

/** Runs a host script as a resource on a host. */
export function runHostScript(
  host: Pick<Host, "run">,
  name: string,
  args: HostScriptArgs,
  opts: pulumi.CustomResourceOptions,
): HostCommand {
  const { script, values, input = "" } = args;
  return host.run(
    name,
    {
      create: scriptCall("up"),
      ...(args.hasDown && { delete: scriptCall("down") }),
      stdin: pulumi
        .all([pulumi.all(values), input])
        .apply(([known, text]) => scriptInput(script, known, text)),
    },
    opts,
  );
}
