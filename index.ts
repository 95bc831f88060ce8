import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./lib/userError.ts";
import { readSettings } from "./settings.ts";
import { buildStack } from "./stacks/program.ts";

const outputs = await readAndBuild();

export const { url, previewUrl, activeColor, idleColor, pools, canary } = outputs;
// Pulumi warns of an output that is undefined.
export const monthlyCost = outputs.monthlyCost ?? null;
export const release = outputs.release ?? null;

async function readAndBuild() {
  try {
    return await buildStack(readSettings());
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
