/** The steps that Pulumi runs on this machine; `programs/run.ts` maps them to functions. */
export const STEPS = [
  "host-ready",
  "edge-route",
  "image-signature",
  "digitalocean-route",
  "digitalocean-clear",
  "digitalocean-edges",
  "octavia-route",
  "octavia-members",
  "octavia-persistence",
  "octavia-redirect",
] as const;

export type StepName = (typeof STEPS)[number];

/**
 * The command line of a step. It is an input of resources and stays in users' state, where a later `pulumi
 * destroy` runs it: it names no file and never changes. Node finds the package by name, in a project that
 * depends on it as well as in a checkout.
 */
export function stepCommand(name: StepName): string {
  return `exec node -e 'import("blue-green/step")' ${name}`;
}
