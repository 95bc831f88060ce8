import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../lib/userError.ts";
import type { StackOutputs } from "../components/service/stackOutputs.ts";
import { readSettings } from "../settings.ts";
import { buildStack } from "./program.ts";

/** A stack's outputs. Pulumi warns of undefined outputs, so absent ones are null here. */
export type BlueGreenOutputs = Omit<StackOutputs, "monthlyCost" | "release" | "services"> & {
  readonly [Name in "monthlyCost" | "release" | "services"]: NonNullable<StackOutputs[Name]> | null;
};

/**
 * Builds the whole stack that the config of the running `pulumi up` asks for: hosts, both colors, gates, the
 * balancer and its route.
 *
 * Call it once in a program, and export what it returns, under the same names: `bluegreen` and pipelines read
 * these outputs.
 *
 * ```ts
 * export const { url, previewUrl, activeColor, idleColor, pools, canary, services, monthlyCost, release } =
 *   await blueGreen();
 * ```
 *
 * @throws pulumi.RunError that names every mistake in the config, or what stops this `up`.
 */
export async function blueGreen(): Promise<BlueGreenOutputs> {
  try {
    const outputs = await buildStack(readSettings());
    return {
      ...outputs,
      monthlyCost: outputs.monthlyCost ?? null,
      release: outputs.release ?? null,
      services: outputs.services ?? null,
    };
  } catch (error) {
    if (error instanceof UserError) throw messageOnly(error);
    throw error;
  }
}

/** With a stack the language host inspects the error, for up to a minute, and shows none of it. */
function messageOnly({ message }: UserError): pulumi.RunError {
  const error = new pulumi.RunError(message);
  delete error.stack;
  return error;
}
