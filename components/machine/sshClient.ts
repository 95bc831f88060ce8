import { constants } from "node:os";
import { Client, type ClientChannel, type ConnectConfig } from "ssh2";
import type { ExecResult } from "./exec.ts";
import type { SshTarget } from "./sshTarget.ts";

/** Even a busy host's kernel answers; this is enough to resend two lost packets. */
const DIAL_SECONDS = 5;
/** Until the login is complete. */
const CONNECT_MS = 15_000;

/** Why a command could not be run. `exec` turns it into its own errors. */
export class SshFailure extends Error {
  readonly isStranger: boolean;

  constructor(message: string, isStranger = false) {
    super(message);
    this.isStranger = isStranger;
  }
}

/**
 * Runs one command line on a host.
 *
 * @param deadlineMs For the command, once the connection is established.
 * @throws SshFailure
 */
export async function runOverSsh(
  target: SshTarget,
  command: string,
  stdin: string,
  deadlineMs: number,
): Promise<ExecResult> {
  const client = await connect(target);
  const late = setTimeout(() => client.destroy(), deadlineMs);
  try {
    return await execute(client, command, stdin);
  } catch (error) {
    const seconds = Math.round(deadlineMs / 1000);
    throw new SshFailure(
      `${target.name} (${target.address}): the connection broke, or the command did not end ` +
        `within ${seconds} seconds: ${(error as Error).message}`,
    );
  } finally {
    clearTimeout(late);
    client.end();
  }
}

/** The size of a terminal, and its kind as in `TERM`. */
export interface Terminal {
  readonly term: string;
  readonly cols: number;
  readonly rows: number;
}

/** A command at work on a host, with its streams open. */
export interface OpenedOverSsh {
  /** Standard input and output; with a terminal the output has the errors too. */
  readonly channel: ClientChannel;
  /** The exit code; 128 and more after a signal. @throws SshFailure if the connection breaks first. */
  readonly ended: Promise<number>;
  readonly close: () => void;
}

/**
 * Starts one command line on a host, without a deadline.
 *
 * @param terminal Gives the command a terminal of its own.
 * @throws SshFailure if the host can't be used.
 */
export async function openOverSsh(
  target: SshTarget,
  command: string,
  terminal?: Terminal,
): Promise<OpenedOverSsh> {
  const client = await connect(target);
  const lost = (why: string) =>
    new SshFailure(`${target.name} (${target.address}): the connection broke: ${why}`);
  return new Promise((resolve, reject) => {
    client.once("close", () => reject(lost("closed")));
    client.exec(command, terminal ? { pty: terminal } : {}, (error, channel) => {
      if (error) return reject(lost(error.message));
      // A short command's end may be in the same packet as its beginning.
      const ended = exitCode(client, channel, lost);
      // It may break before anyone waits.
      ended.catch(() => undefined);
      resolve({ channel, ended, close: () => client.destroy() });
    });
  });
}

function exitCode(
  client: Client,
  channel: ClientChannel,
  lost: (why: string) => SshFailure,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let code: number | undefined;
    channel.on("exit", (status: number | null, signal?: string) => {
      code = status ?? 128 + signalNumber(signal);
    });
    channel.on("close", () => {
      client.end();
      if (code === undefined) reject(lost("the command has not reported its end"));
      else resolve(code);
    });
    client.once("error", ({ message }) => reject(lost(message)));
    client.once("close", () => reject(lost("closed")));
  });
}

/** @param name As SSH gives it, with or without `SIG`. 0 for an unknown one. */
function signalNumber(name = ""): number {
  const full = name.startsWith("SIG") ? name : `SIG${name}`;
  return constants.signals[full as NodeJS.Signals] ?? 0;
}

function connect(target: SshTarget): Promise<Client> {
  const { name, address, port = 22, user, deployKeys, hostKeys } = target;
  const where = `${name} (${address})`;
  const known = new Set(hostKeys.map(({ publicKey }) => publicKey.split(" ")[1]));
  let hostIsKnown: boolean | undefined;
  const config: ConnectConfig = {
    host: address,
    port,
    username: user,
    readyTimeout: CONNECT_MS,
    keepaliveInterval: 5000,
    // Only our keys' type, to keep a host from presenting another key.
    algorithms: { serverHostKey: ["ssh-ed25519"] },
    hostVerifier: (key: Buffer) => (hostIsKnown = known.has(key.toString("base64"))),
    authHandler: deployKeys.map(({ privateKey }) => ({
      type: "publickey" as const,
      username: user,
      key: privateKey,
    })),
  };
  return new Promise((resolve, reject) => {
    const client = new Client();
    const silence = setTimeout(() => {
      reject(new SshFailure(`${where}: does not answer within ${DIAL_SECONDS} seconds.`));
      client.destroy();
    }, DIAL_SECONDS * 1000);
    client.once("connect", () => clearTimeout(silence));
    client.once("ready", () => resolve(client));
    client.on("error", (error) => {
      const isAuthentication = "level" in error && error.level === "client-authentication";
      if (hostIsKnown === false) {
        reject(
          new SshFailure(
            `${where}: the machine at this address has another host key than the one we made.`,
            true,
          ),
        );
      } else if (isAuthentication) {
        reject(new SshFailure(`${where}: does not accept the deploy key.`));
      } else {
        reject(new SshFailure(`${where}: ${error.message}`));
      }
    });
    client.once("close", () => {
      clearTimeout(silence);
      reject(new SshFailure(`${where}: closed the connection.`));
    });
    client.connect(config);
  });
}

function execute(client: Client, command: string, stdin: string): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    client.once("error", reject);
    client.once("close", () => reject(new Error("closed")));
    client.exec(command, (error, channel) => {
      if (error) reject(error);
      else collect(channel, stdin, resolve);
    });
  });
}

function collect(channel: ClientChannel, stdin: string, done: (output: ExecResult) => void): void {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  channel.on("data", (chunk: Buffer) => stdout.push(chunk));
  channel.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  let code = -1;
  channel.on("exit", (status: number | null) => (code = status ?? -1));
  channel.on("close", () =>
    done({
      code,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    }),
  );
  channel.end(stdin);
}
