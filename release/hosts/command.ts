import { attach, ConnectionLost } from "../../components/machine/attach.ts";
import { exec, type ExecHost } from "../../components/machine/exec.ts";
import { Stranger, Unreachable } from "../../components/machine/sshTarget.ts";
import { UserError } from "../../lib/userError.ts";

/** A command in a container, with the streams of this process. */
export interface AttachedCommand {
  readonly machine: ExecHost;
  /** For messages: `blue-1`. */
  readonly host: string;
  /** Words for `docker` on the host. */
  readonly docker: readonly string[];
  readonly isTerminal: boolean;
  /** A command on the host that passes a signal on. */
  readonly signal: (signal: NodeJS.Signals) => readonly string[];
}

/** As ssh(1) has it: the connection was lost, and the command may still run. */
export const LOST = 255;
const SIGNAL_MS = 10_000;

/** @returns the command's exit code. @throws UserError if it can't be started. */
export async function runAttached(command: AttachedCommand): Promise<number> {
  const { machine, host, docker, isTerminal } = command;
  const signal = async (name: NodeJS.Signals) => {
    await exec(machine, command.signal(name), { timeoutMs: SIGNAL_MS }).catch(() => undefined);
  };
  try {
    return await attach(machine, ["docker", ...docker], { isTerminal, signal });
  } catch (error) {
    if (error instanceof ConnectionLost) {
      console.error(`\n${error.message}\nThe command may still run on ${host}.`);
      return LOST;
    }
    if (error instanceof Unreachable || error instanceof Stranger) {
      throw new UserError(`${error.message} Check it: bluegreen doctor`);
    }
    throw error;
  }
}

/** Whether a person sits at both ends: a pipe must stay as it is, byte by byte. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}
