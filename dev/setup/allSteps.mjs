import { baseImage, baseImage12 } from "./baseImage.mjs";
import { commandPlugin } from "./commandPlugin.mjs";
import { digitaloceanPlugin } from "./digitaloceanPlugin.mjs";
import { dockerEngine } from "./dockerEngine.mjs";
import { edgeImage, edgeImage12 } from "./edgeImage.mjs";
import { faketime } from "./faketime.mjs";
import { jq } from "./jq.mjs";
import { languageHost } from "./languageHost.mjs";
import { npmPackages } from "./npmPackages.mjs";
import { openstackPlugin } from "./openstackPlugin.mjs";
import { pipelineTools } from "./pipelineTools.mjs";
import { pulumiCli } from "./pulumiCli.mjs";

/** @typedef {import("./steps.mjs").Step} Step */

/** What Pulumi needs; each step builds on the ones before it. @type {readonly Step[]} */
const forPulumi = [
  npmPackages,
  pulumiCli,
  languageHost,
  commandPlugin,
  digitaloceanPlugin,
  openstackPlugin,
];

/** What containers need; nothing of it waits for Pulumi. @type {readonly Step[]} */
const forContainers = [dockerEngine, baseImage, edgeImage, jq];

/** Steps that run beside each other, those of one lane in their order. */
export const LANES = [forPulumi, forContainers];

/** What is brought where nothing is named. */
export const DEFAULT_STEPS = LANES.flat();

/** What `--only` alone brings. */
export const ON_DEMAND = [pipelineTools, baseImage12, edgeImage12, faketime];

/** @param {readonly Step[]} steps */
const namesOf = (steps) => steps.map(({ name }) => name);

const LOCAL = namesOf(
  DEFAULT_STEPS.filter((step) => ![digitaloceanPlugin, openstackPlugin, jq].includes(step)),
);

/** The steps that a kind of work needs, for `--for`. @type {Readonly<Record<string, readonly string[]>>} */
export const WORK = {
  demo: LOCAL,
  "demo:digitalocean": [...LOCAL, digitaloceanPlugin.name],
  "demo:ovh": [...LOCAL, openstackPlugin.name],
  test: namesOf(DEFAULT_STEPS),
};
