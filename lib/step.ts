/** The programs that Pulumi runs as steps on this machine; `programs/run.ts` says what each of them is. */
export const STEPS = [
  "host-ready",
  "edge-route",
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
 * The command line of a step. It is an input of resources, and stands in users' state as the command that
 * a later `pulumi destroy` runs: it names no file, and never changes. Node finds the package by its name,
 * in a project that depends on it as in a checkout of it.
 */
export function stepCommand(name: StepName): string {
  return `exec node -e 'import("blue-green/step")' ${name}`;
}
