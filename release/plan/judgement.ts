import type { Settings } from "../../settings/types.ts";

type SourceName = Settings["release"]["source"];

/** Whose times a verdict speaks of. */
export const TIMES_OF = {
  edge: "users",
  probe: "the probe's requests",
  prometheus: "Prometheus",
} as const satisfies Record<SourceName, string>;

const ONLY_AN_EDGE = "4xx, redirects and requests that hang";

/** For the plan: what verdicts are made from, and what they leave out. */
export function judgementLines({ release, balancer }: Settings): string[] {
  const { source, probe, prometheus } = release;
  switch (source) {
    case "edge":
      return ["judged by all requests of users, and by their times"];
    case "probe":
      return [
        `judged by the probe alone: ${probe.ratePerSecond} requests a second to ${probe.path}, and their times`,
        `not judged: what users get, their times, ${ONLY_AN_EDGE}` +
          (balancer === "managed" ? "; a managed balancer does not say (balancer: edge does)" : ""),
      ];
    case "prometheus":
      return [
        `judged by Prometheus's counts of requests and errors${prometheus?.latency === undefined ? "" : ", and its times"}`,
        `not judged: ${prometheus?.latency === undefined ? `times (release.prometheus.latency), ` : ""}${ONLY_AN_EDGE}`,
      ];
  }
}
