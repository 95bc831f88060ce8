/** By which containers, networks and volumes are found again, after a killed run too. */
export type Labels = Readonly<Record<string, string>>;

/** The label of whatever an emulator makes in Docker; its value is the run. */
export const LABEL = "blue-green.emulator";

/** `--label` options for `docker` commands that make something. */
export function labelOptions(labels: Labels): string[] {
  return Object.entries(labels).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
}
