/**
 * Runs a step. The last word of the command line is its name, standard input its input as JSON. Secrets are in
 * the environment; the result goes to standard output. Errors print only their message.
 */
import { text } from "node:stream/consumers";
import { STEPS, type StepName } from "../lib/step.ts";

/** The input is as its component wrote it. */
type Step = (input: never) => Promise<string>;

// Loaded separately: each needs a client that the others don't.
const PROGRAMS: Readonly<Record<StepName, () => Promise<Step>>> = {
  "host-ready": async () => (await import("../components/machine/hostReadyStep.ts")).makeReady,
  "edge-route": async () => (await import("../components/edge/setOnAllEdges.ts")).setEdgeRoute,
  "image-signature": async () =>
    (await import("../components/service/imageSignature.ts")).checkSignatureStep,
  "digitalocean-route": async () =>
    (await import("../components/digitalocean/steps.ts")).setTagRoute,
  "digitalocean-clear": async () => (await import("../components/digitalocean/steps.ts")).clearTags,
  "digitalocean-edges": async () =>
    (await import("../components/digitalocean/steps.ts")).replaceEdges,
  "octavia-route": async () =>
    (await import("../components/openstack/octaviaSteps.ts")).setListenerRoute,
  "octavia-members": async () =>
    (await import("../components/openstack/octaviaSteps.ts")).setMembers,
  "octavia-persistence": async () =>
    (await import("../components/openstack/octaviaSteps.ts")).setPersistence,
  "octavia-redirect": async () =>
    (await import("../components/openstack/octaviaSteps.ts")).setRedirect,
};

try {
  const step = await PROGRAMS[stepNamed(process.argv.at(-1) ?? "")]();
  console.log(await step(JSON.parse(await text(process.stdin)) as never));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function stepNamed(name: string): StepName {
  const found = STEPS.find((step) => step === name);
  if (found) return found;
  throw new Error(
    `This version of blue-green has no step "${name}"; another version left it in the stack's state. ` +
      "Install that version, or run pulumi up with this one first.",
  );
}
