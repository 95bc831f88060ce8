import { expect } from "chai";
import { type Load, type LoadOptions, type LoadReport, startLoad } from "../../load/index.ts";
import { docker, type TestStack } from "./testStack.ts";
import { steadyLoad } from "./traffic.ts";

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits for something to become visible; on timeout, throws with the last value seen. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T>,
  isRight: (seen: T) => boolean,
  seconds = 30,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (Date.now() > deadline) {
      throw new Error(`not within ${seconds} s: ${what}; last seen: ${JSON.stringify(seen)}`);
    }
    await pause(100);
  }
}

const users = new Set<Load>();

/** A steady load that `stopUsers` ends when a test failed before it could. */
export function startUsers(url: string, more: Partial<LoadOptions> = {}): Load {
  const load = steadyLoad(url, more);
  users.add(load);
  return load;
}

/** For `afterEach`: a running load keeps Mocha from exiting. */
export async function stopUsers(): Promise<void> {
  await Promise.all([...users].map((load) => load.stop()));
  users.clear();
}

/** Sends at least this many requests on eight connections, and counts the answers by color. */
export async function askMany(
  url: string,
  requests: number,
  options: Partial<LoadOptions> = {},
): Promise<LoadReport> {
  const load = startLoad({ url, keepAlive: 8, ...options });
  users.add(load);
  await eventually(
    `${requests} answers`,
    () => Promise.resolve(load.snapshot()),
    ({ done, failed }) => done + failed >= requests,
    120,
  );
  return load.stop();
}

/** Every request got a 200; `atLeast` proves that there was a load at all. */
export function expectNoFailure(report: LoadReport, atLeast = 500): void {
  expect(report.failures.slice(0, 3)).to.deep.equal([]);
  expect(report.failedTotal).to.equal(0);
  expect(report.total).to.be.at.least(atLeast);
}

/** What the example app reports about itself. */
export async function askApp(
  url: string,
): Promise<{ color: string; version: string; host: string }> {
  const response = await fetch(url, { headers: { connection: "close" } });
  return (await response.json()) as { color: string; version: string; host: string };
}

/** The hosts that answer at this address, found by repeated requests. */
export async function hostsBehind(url: string): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: 24 }, () => askApp(url)));
  return [...new Set(answers.map(({ host }) => host))].sort();
}

/** One command to HAProxy's runtime socket, as an administrator would send it by hand. */
export function tellEdge(stack: TestStack, command: string): Promise<string> {
  const socket = "UNIX-CONNECT:/run/haproxy/admin.sock";
  return docker("exec", stack.edge, "sh", "-c", `echo '${command}' | socat - ${socket}`);
}

/**
 * The hosts of a color that HAProxy sends requests to; `UP 1/2` is one that failed a first check.
 */
export async function healthyHosts(stack: TestStack, color: string): Promise<string[]> {
  const rows = (await tellEdge(stack, `show stat be_${color} 4 -1`)).split("\n");
  return rows
    .map((row) => row.split(","))
    .filter((row) => row[0] === `be_${color}` && row[17]?.startsWith("UP"))
    .map((row) => row[1] ?? "");
}

/** The route from all three places where the edge keeps it; they agree except during a change. */
export async function routeEverywhere(stack: TestStack): Promise<Record<string, string>> {
  const files = await docker("exec", stack.edge, "sh", "-c", "cat route.map; cat route.record");
  return {
    memory: await stack.route(),
    file: /^route (.*)$/m.exec(files)?.[1] ?? "",
    record: /^route=(.*)$/m.exec(files)?.[1] ?? "",
    previous: /^previous=(.*)$/m.exec(files)?.[1] ?? "",
  };
}

export function sameEverywhere(route: string): Record<string, string> {
  return { memory: route, file: route, record: route, previous: "" };
}

/** Makes the example app's /health return 503; needs ENABLE_FAILURE_SWITCH in its environment. */
export async function makeSick(container: string): Promise<void> {
  const ask =
    "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000); " +
    "c.request('POST', '/fail'); c.getresponse()";
  await docker("exec", container, "python3", "-c", ask);
}
