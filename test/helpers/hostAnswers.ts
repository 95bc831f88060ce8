import type { CommandAnswers } from "./mocks.ts";

/** The output of the commands that each cloud host runs, whatever its role. */
export function hostAnswers(hosts: readonly string[]): CommandAnswers {
  return Object.fromEntries(
    hosts.flatMap((host) => [
      [`${host}-host-ready`, "ready"],
      [`${host}-host-edge-image`, ""],
      [`gate-${host}`, ""],
      [`${host.split("-")[0]}-gate-${host}`, ""],
      [`canary-gate-${host}`, ""],
      [host, ""],
    ]),
  );
}
