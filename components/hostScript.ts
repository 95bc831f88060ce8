import * as pulumi from "@pulumi/pulumi";
import { scriptCall, scriptInput } from "../lib/hostScript.ts";
import type { Host, HostCommand } from "./host.ts";

export interface HostScriptArgs {
  /** A file in `scripts/`, with a function `up` that converges. */
  readonly script: string;
  /** Readable by everyone who may see the stack: never a secret. */
  readonly values: Readonly<Record<string, pulumi.Input<string | number>>>;
  /** `$INPUT` in the script: longer texts, and secrets. */
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
  const values = pulumi.all(args.values);
  return host.run(
    name,
    {
      create: values.apply((known) => scriptCall(known, "up")),
      ...(args.hasDown && { delete: values.apply((known) => scriptCall(known, "down")) }),
      stdin: pulumi.output(args.input ?? "").apply((input) => scriptInput(args.script, input)),
    },
    opts,
  );
}
