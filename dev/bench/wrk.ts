import { execa } from "execa";
import { canInstall, install } from "../setup/apt.mjs";
import { say } from "./progress.ts";

export interface WrkReport {
  readonly perSecond: number;
  readonly p99: number;
  /** Socket errors, and answers other than 2xx and 3xx. */
  readonly errors: number;
}

/** Debian's wrk, installed where it is missing and may be. */
export async function requireWrk(): Promise<void> {
  const found = await execa("wrk", ["--version"], { reject: false });
  // It prints its version and ends with 1.
  if (found.stdout.startsWith("wrk ")) return;
  say("installing wrk");
  const problem = (await canInstall()) ? await install(["wrk"], false) : "only root may install it";
  if (problem) throw new Error(`wrk is missing: ${problem}. Install it: apt-get install wrk`);
}

/** As many requests as get through on some connections that are kept; one thread. */
export async function wrk(url: string, connections: number, seconds: number): Promise<WrkReport> {
  const args = ["--threads", "1", "--connections", String(connections)];
  const { stdout } = await execa("wrk", [...args, "--duration", `${seconds}s`, "--latency", url], {
    timeout: (seconds + 30) * 1000,
  });
  return parseWrk(stdout);
}

export function parseWrk(text: string): WrkReport {
  const [, value, unit] = /^\s+99%\s+([\d.]+)(us|ms|s)$/m.exec(text) ?? [];
  const scale = { us: 0.001, ms: 1, s: 1000 }[unit ?? ""] ?? NaN;
  const errors = [...text.matchAll(/(?:connect|read|write|timeout|responses:) (\d+)/g)];
  return {
    perSecond: Number(/^Requests\/sec:\s+([\d.]+)$/m.exec(text)?.[1] ?? NaN),
    p99: Number(value) * scale,
    errors: errors.reduce((sum, match) => sum + Number(match[1]), 0),
  };
}
