#!/usr/bin/env node
/**
 * Brings a machine to the point where the demo and the tests run: npm packages, the Pulumi CLI and
 * its plugins, a Docker engine, the images that everything is built on. Safe to run at any time:
 * what is there is only looked at.
 */
import console from "node:console";
import process from "node:process";
import { baseImage, baseImage12 } from "./setup/baseImage.mjs";
import { commandPlugin } from "./setup/commandPlugin.mjs";
import { digitaloceanPlugin } from "./setup/digitaloceanPlugin.mjs";
import { dockerEngine } from "./setup/dockerEngine.mjs";
import { edgeImage, edgeImage12 } from "./setup/edgeImage.mjs";
import { SetupError } from "./setup/failure.mjs";
import { languageHost } from "./setup/languageHost.mjs";
import { npmPackages } from "./setup/npmPackages.mjs";
import { openstackPlugin } from "./setup/openstackPlugin.mjs";
import { HELP, parseOptions } from "./setup/options.mjs";
import { pipelineTools } from "./setup/pipelineTools.mjs";
import { Progress } from "./setup/progress.mjs";
import { pulumiCli } from "./setup/pulumiCli.mjs";
import { runSteps } from "./setup/steps.mjs";

const steps = [
  npmPackages,
  pulumiCli,
  languageHost,
  commandPlugin,
  digitaloceanPlugin,
  openstackPlugin,
  dockerEngine,
  baseImage,
  edgeImage,
];

/** What `--only` alone brings. */
const onDemand = [pipelineTools, baseImage12, edgeImage12];

try {
  const all = [...steps, ...onDemand];
  const options = parseOptions(
    process.argv.slice(2),
    all.map(({ name }) => name),
  );
  if (options.help) {
    console.log(HELP(steps, onDemand));
  } else {
    const { only } = options;
    const chosen = only ? all.filter(({ name }) => only.includes(name)) : steps;
    await runSteps(chosen, new Progress(options.verbose));
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
