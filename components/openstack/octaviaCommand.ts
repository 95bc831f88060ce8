import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { stepCommand, type StepName } from "../../lib/step.ts";
import type { OpenStackAccount } from "../../settings/types.ts";
import { openStackEnvironment } from "./authentication.ts";

/** Runs a step on this machine for what Pulumi's provider can't do. */
export function octaviaCommand(
  name: string,
  step: Extract<StepName, `octavia-${string}`>,
  input: pulumi.Input<object>,
  account: OpenStackAccount,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  return new command.local.Command(
    name,
    {
      create: stepCommand(step),
      stdin: pulumi.jsonStringify(input),
      environment: pulumi.secret(openStackEnvironment(account)),
      logging: "none",
    },
    opts,
  );
}
