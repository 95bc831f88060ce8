#!/usr/bin/env node
/**
 * Brings a machine to the point where the demo and the tests run: npm packages, the Pulumi CLI and
 * its plugins, a Docker engine, the images that everything is built on. Safe to run at any time:
 * what is there is only looked at.
 */
import console from "node:console";
import process from "node:process";
import { DEFAULT_STEPS, ON_DEMAND, WORK } from "./setup/allSteps.mjs";
import { SetupError } from "./setup/failure.mjs";
import { HELP, parseOptions } from "./setup/options.mjs";
import { setUp } from "./setup/setUp.mjs";

const all = [...DEFAULT_STEPS, ...ON_DEMAND].map(({ name }) => name);

try {
  const options = parseOptions(process.argv.slice(2), all, WORK);
  if (options.help) console.log(HELP(DEFAULT_STEPS, ON_DEMAND, Object.keys(WORK)));
  else await setUp(options.only ?? WORK["test"] ?? [], options.verbose);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
