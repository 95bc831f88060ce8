import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./lib/userError.ts";
import { readSettings } from "./settings.ts";
import { buildStack } from "./stacks/program.ts";

const outputs = await readAndBuild();

export const { url, previewUrl, activeColor, idleColor, pools, canary } = outputs;

async function readAndBuild() {
  try {
    return await buildStack(readSettings());
  } catch (error) {
    if (error instanceof UserError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
