import type { CommandAnswers } from "./mocks.ts";

/** What the commands print that each host in a cloud runs, whatever it is for. */
export function hostAnswers(hosts: readonly string[]): CommandAnswers {
  return Object.fromEntries(
    hosts.flatMap((host) => [
      [`${host}-host-ready`, "ready"],
      [`${host}-host-edge-image`, ""],
      [`gate-${host}`, ""],
      [`canary-gate-${host}`, ""],
      [host, ""],
    ]),
  );
}
