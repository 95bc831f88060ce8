import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { shellQuote } from "../../lib/shell.ts";
import type { ReleaseEvent } from "../../release/run/events.ts";
import type { Journal } from "../../release/store/journal.ts";
import type { TestStack } from "./testStack.ts";

/** Compiled, in the folder of a `TestStack`; else this checkout's. */
export function programFor({ folder }: TestStack): string {
  const compiled = join(folder, "bluegreen.js");
  return existsSync(compiled) ? compiled : PROGRAM;
}

const PROGRAM = fileURLToPath(new URL("../../release/bluegreen.mjs", import.meta.url));

export interface BluegreenResult {
  readonly code: number;
  /** Standard output and error, as a user sees them. */
  readonly output: string;
}

export interface StartOptions {
  /** As the leader of a process group, so that all of it can be killed like a machine. Default false. */
  readonly detached?: boolean;
  /** Standard input. */
  readonly input?: string;
  /** In addition to the stack's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `bluegreen …` in the stack's folder as a pipeline would; its promise never rejects. */
export function startBluegreen(
  stack: TestStack,
  args: readonly string[],
  { detached = false, input, env = {} }: StartOptions = {},
) {
  return execa(process.execPath, [programFor(stack), "--stack", stack.name, ...args], {
    cwd: stack.folder,
    env: { ...stack.environment, ...env },
    all: true,
    reject: false,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    detached,
  });
}

/** The same at a terminal of its own; what is written to its standard input is typed there. */
export function atTerminal(stack: TestStack, ...args: readonly string[]) {
  const command = [process.execPath, programFor(stack), "--stack", stack.name, ...args]
    .map(shellQuote)
    .join(" ");
  return execa("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"], {
    cwd: stack.folder,
    env: { ...stack.environment, TERM: "xterm" },
    all: true,
    reject: false,
  });
}

export async function bluegreen(
  stack: TestStack,
  ...args: readonly string[]
): Promise<BluegreenResult> {
  const { exitCode, all } = await startBluegreen(stack, args);
  return { code: exitCode ?? -1, output: all };
}

/** The output of `--json`, line by line. */
export function eventsOf(output: string): (ReleaseEvent & { readonly at: string })[] {
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as ReleaseEvent & { at: string });
}

/** The latest release in the stack's history. */
export async function lastRelease(stack: TestStack): Promise<Journal> {
  const { output } = await bluegreen(stack, "history", "--json", "--limit", "1");
  const line = output.split("\n").find((one) => one.startsWith("{"));
  if (line === undefined) throw new Error(`there is no history:\n${output}`);
  return JSON.parse(line) as Journal;
}

/** One value from the stack's current config. */
export async function configured(stack: TestStack, key: string): Promise<string> {
  const { output } = await stack.pulumi(["config", "get", "--path", key, "--stack", stack.name]);
  return output.trim();
}
