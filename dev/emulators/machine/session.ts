import { setTimeout as sleep } from "node:timers/promises";
import ssh2 from "ssh2";

/** A key pair in the formats of OpenSSH. */
export interface KeyPair {
  readonly private: string;
  /** One line: `ssh-ed25519 AAAA...`. */
  readonly public: string;
}

export interface SessionArgs {
  readonly address: string;
  readonly user: string;
  readonly key: KeyPair;
  /** The only public key that the machine may show. */
  readonly hostKey: string;
}

export interface CommandResult {
  readonly code: number;
  /** Standard output and error as they came. */
  readonly output: string;
}

const DIAL_MS = 5_000;
const BOOT_MS = 120_000;
const RETRY_MS = 250;

export function makeKeyPair(): KeyPair {
  return ssh2.utils.generateKeyPairSync("ed25519");
}

/**
 * Runs a command in a machine by SSH, as a person would, and waits for its end. A machine that does
 * not let us in yet is tried again for two minutes: it may be at its first boot.
 *
 * @throws at once where the machine shows another host key.
 */
export async function runThere(
  args: SessionArgs,
  command: string,
  input = "",
): Promise<CommandResult> {
  const deadline = Date.now() + BOOT_MS;
  for (;;) {
    try {
      return await runOnce(args, command, input);
    } catch (error) {
      if (error instanceof WrongHostKey || Date.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

export class WrongHostKey extends Error {}

function runOnce(args: SessionArgs, command: string, input: string): Promise<CommandResult> {
  const client = new ssh2.Client();
  const expected = Buffer.from(args.hostKey.split(" ")[1] ?? "", "base64");
  return new Promise<CommandResult>((resolve, reject) => {
    client.on("error", reject);
    client.on("ready", () => {
      client.exec(command, (error, stream) => {
        if (error) {
          reject(error);
          return;
        }
        let output = "";
        stream.on("data", (data: Buffer) => (output += String(data)));
        stream.stderr.on("data", (data: Buffer) => (output += String(data)));
        stream.on("close", (code: number | undefined) => resolve({ code: code ?? -1, output }));
        stream.end(input);
      });
    });
    client.connect({
      host: args.address,
      username: args.user,
      privateKey: args.key.private,
      readyTimeout: DIAL_MS,
      algorithms: { serverHostKey: ["ssh-ed25519"] },
      hostVerifier: (shown: Buffer) => {
        if (shown.equals(expected)) return true;
        reject(new WrongHostKey(`${args.address} shows a host key that is not the expected one.`));
        return false;
      },
    });
  }).finally(() => client.end());
}
