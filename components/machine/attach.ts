import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { shellQuote } from "../../lib/shell.ts";
import type { ExecHost } from "./exec.ts";
import type { SshFailure } from "./sshClient.ts";
import { type SshTarget, Stranger, Unreachable } from "./sshTarget.ts";

/** The connection broke while a command ran on the host: it may still run there. */
export class ConnectionLost extends Error {}

export interface AttachOptions {
  /** Whether the command gets the terminal of this process, which then passes every key on, Ctrl-C included. */
  readonly isTerminal: boolean;
  /** Without a terminal: passes a signal that this process has received to the command. */
  readonly signal: (signal: NodeJS.Signals) => Promise<void>;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command with the standard input, output and error of this process, byte by byte.
 *
 * @returns its exit code; 128 and more after a signal.
 * @throws Unreachable, Stranger before it has started. ConnectionLost
 */
export async function attach(
  host: ExecHost,
  command: readonly string[],
  options: AttachOptions,
): Promise<number> {
  const pass = (signal: NodeJS.Signals) => void options.signal(signal);
  for (const name of SIGNALS) process.on(name, pass);
  try {
    return await ("address" in host
      ? attachOverSsh(host, command, options.isTerminal)
      : attachHere(command, options.isTerminal));
  } finally {
    for (const name of SIGNALS) process.removeListener(name, pass);
    process.stdin.unpipe();
    process.stdin.pause();
    // A file has nothing to unref.
    (process.stdin as { unref?: () => void }).unref?.();
  }
}

function attachHere(
  [program = "", ...args]: readonly string[],
  isTerminal: boolean,
): Promise<number> {
  // A group of its own: a Ctrl-C would otherwise end the client and leave its command running.
  const child = isTerminal
    ? spawn(program, args, { stdio: "inherit" })
    : spawn(program, args, { stdio: ["pipe", "inherit", "inherit"], detached: true });
  // A command need not read its input.
  child.stdin?.on("error", () => undefined);
  if (child.stdin) process.stdin.pipe(child.stdin);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  });
}

async function attachOverSsh(
  host: SshTarget,
  command: readonly string[],
  isTerminal: boolean,
): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const { channel, ended, close } = await open(host, command, isTerminal);
  const resize = () => channel.setWindow(stdout.rows, stdout.columns, 0, 0);
  channel.on("error", () => undefined);
  stdout.once("error", close);
  if (isTerminal) {
    stdin.setRawMode(true);
    stdout.on("resize", resize);
  }
  stdin.pipe(channel);
  channel.pipe(stdout, { end: false });
  channel.stderr.pipe(stderr, { end: false });
  try {
    return await ended;
  } catch (error) {
    throw new ConnectionLost((error as Error).message);
  } finally {
    stdout.removeListener("resize", resize);
    stdout.removeListener("error", close);
    if (isTerminal) stdin.setRawMode(false);
  }
}

/** What a command prints, as it comes; nothing is read faster than it is used. */
export interface CommandOutput {
  /** Standard output, to be read to its end or ended by `close`. */
  readonly stdout: Readable;
  /** The exit code. @throws ConnectionLost */
  readonly ended: Promise<number>;
  readonly close: () => void;
}

/** Starts a command without input. @throws Unreachable, Stranger */
export async function openOutput(
  host: ExecHost,
  command: readonly string[],
): Promise<CommandOutput> {
  if ("address" in host) {
    const { channel, ended, close } = await open(host, command, false);
    channel.on("error", () => undefined);
    channel.end();
    channel.stderr.resume();
    const known = ended.catch((error: Error) => {
      throw new ConnectionLost(error.message);
    });
    known.catch(() => undefined);
    return { stdout: channel, ended: known, close };
  }
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 1));
  });
  const close = () => {
    child.stdout.destroy();
    child.kill();
  };
  return { stdout: child.stdout, ended, close };
}

async function open(host: SshTarget, command: readonly string[], isTerminal: boolean) {
  // Loaded only when needed: it takes a tenth of a second.
  const { openOverSsh, SshFailure } = await import("./sshClient.ts");
  const { columns = 80, rows = 24 } = process.stdout;
  const terminal = { term: process.env["TERM"] ?? "xterm", cols: columns, rows };
  const line = `exec ${command.map(shellQuote).join(" ")}`;
  return openOverSsh(host, line, isTerminal ? terminal : undefined).catch((error: unknown) => {
    if (!(error instanceof SshFailure)) throw error;
    throw asUnusable(error);
  });
}

function asUnusable({ isStranger, message }: SshFailure): Error {
  return isStranger ? new Stranger(message) : new Unreachable(message);
}
