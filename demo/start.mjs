/**
 * Starts a script of the demo: `node demo/start.mjs run.ts OPTIONS`. Installs the npm packages first;
 * the script installs the rest that its options need.
 */
import console from "node:console";
import process from "node:process";
import { SetupError } from "../dev/setup/failure.mjs";
import { npmPackages } from "../dev/setup/npmPackages.mjs";
import { Progress } from "../dev/setup/progress.mjs";
import { runSteps } from "../dev/setup/steps.mjs";

const [script] = process.argv.splice(2, 1);

try {
  await runSteps([[npmPackages]], new Progress(false));
  const { register } = await import("tsx/esm/api");
  register();
  await import(`./${script}`);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
