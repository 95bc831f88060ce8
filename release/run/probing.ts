import { startLoad } from "../../load/index.ts";
import type { AppSettings, Settings } from "../../settings/types.ts";
import { Probe } from "../sources/probe.ts";
import type { StretchReport } from "../sources/stretch.ts";

/** Sends requests as users do while the work runs, by the settings of `release.probe`. */
export async function measureSwitch(
  url: string,
  { release, edge, apps, activeColor }: Settings,
  work: () => Promise<void>,
): Promise<StretchReport> {
  const { path, ratePerSecond } = release.probe;
  const headers = probeHeaders(apps[activeColor]);
  const target = { url: probeUrl(url, path), headers, isPublic: true, expected: () => undefined };
  const probe = new Probe({ targets: [target], ratePerSecond, colorHeader: edge.colorHeader });
  const stretch = probe.beginStretch();
  try {
    await work();
    const { longestGapMs, ...counts } = stretch.end();
    return { ...counts, longestGapMs: Math.round(longestGapMs) };
  } finally {
    await probe.close();
  }
}

/** Without a name lookup for each new connection. */
export function probeUrl(url: string, path: string): string {
  return url.replace("//localhost", "//127.0.0.1") + path;
}

/** As gates ask: an app that allows certain hosts alone, or redirects what came by HTTP, refuses other requests. */
export function probeHeaders({
  healthHost,
  healthHeaders,
}: Pick<AppSettings, "healthHost" | "healthHeaders">): Record<string, string> {
  return { host: healthHost, ...healthHeaders };
}

const SAMPLE_MS = 2000;
const SAMPLE_RATE = 5;

/** What is wrong with the live color's answers to users; empty if nothing is. */
export async function liveProblem(
  url: string,
  { release, apps, activeColor }: Pick<Settings, "release" | "apps" | "activeColor">,
): Promise<string> {
  const { path } = release.probe;
  const load = startLoad({
    url: probeUrl(url, path),
    headers: probeHeaders(apps[activeColor]),
    newConnection: 2,
    ratePerSecond: SAMPLE_RATE,
    timeoutMs: SAMPLE_MS,
  });
  await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  const report = await load.stop();
  if (report.total === 0) return `${url} did not answer within ${SAMPLE_MS / 1000} s`;
  if (report.failedTotal === 0) return "";
  const { reason, status } = report.failures[0] ?? {};
  return `${report.failedTotal} of ${report.total} requests to ${url}${path} failed (${status ?? reason})`;
}
