import { dirname, join } from "node:path";
import { cliFolder, cliVersion, isExecutable, pulumiHome, resolve } from "./places.mjs";
import { isBuiltHere } from "./pulumiCli.mjs";
import { copyExecutable, installStandIn, isStandInCurrent } from "./standIn.mjs";

/** @type {import("./standIn.mjs").StandIn} */
const host = {
  program: "pulumi-language-nodejs",
  version: cliVersion(),
  entry: "dev/standins/language-host/main.ts",
  sources: ["dev/standins/language-host", "dev/standins/serve.ts"],
  folder: cliFolder,
};

const DYNAMIC_PROVIDER = "pulumi-resource-pulumi-nodejs";

/** @type {import("./steps.mjs").Step} */
export const languageHost = {
  name: "language-host",
  title: "Node.js language host",
  scope: pulumiHome,

  async isDone() {
    // An official CLI brings its own.
    if (!(await isBuiltHere())) return true;
    const dynamic = isExecutable(join(cliFolder(), DYNAMIC_PROVIDER));
    return (await isStandInCurrent(host)) && (await dynamic);
  },

  async bring() {
    // The script that the SDK ships for this is what the official CLI bundles.
    const sdk = dirname(resolve("@pulumi/pulumi/package.json"));
    await copyExecutable(join(sdk, DYNAMIC_PROVIDER), join(cliFolder(), DYNAMIC_PROVIDER));
    await installStandIn(host);
    return "Node.js language host (stand-in)";
  },
};
