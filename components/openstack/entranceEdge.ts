/**
 * The edge that users are led to: the first one that answers, so that they come back to the first of all
 * when it does again.
 *
 * @param hosts In their order: `edge-1`, `edge-2`.
 * @param answering Those that run an edge and say so.
 */
export function entranceEdge(hosts: readonly string[], answering: readonly string[]): string {
  return hosts.find((host) => answering.includes(host)) ?? hosts[0] ?? "";
}
