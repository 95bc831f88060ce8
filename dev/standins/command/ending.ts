import { constants } from "node:os";
import type { ClientChannel } from "ssh2";

const NO_STATUS = "wait: remote command exited without exit status or exit signal";

/**
 * How a remote command ended, as soon as its output is complete; undefined after success. To be
 * asked before the command is started: a short one ends with the packet that says it has begun.
 */
export async function endOf(channel: ClientChannel): Promise<string | undefined> {
  let problem: string | undefined = NO_STATUS;
  channel.on("exit", (code: number | null, signal?: string) => {
    problem = code === 0 ? undefined : `Process exited with status ${statusOf(code, signal)}`;
  });
  await Promise.all([
    new Promise((resolve) => channel.once("close", resolve)),
    new Promise((resolve) => channel.stderr.once("end", resolve)),
  ]);
  return problem;
}

/** A signal counts as 128 and its number, and is named without its first three letters. */
function statusOf(code: number | null, signal: string | undefined): string {
  if (signal === undefined) return String(code);
  const number = constants.signals[signal as NodeJS.Signals] as number | undefined;
  return `${128 + (number ?? 0)} from signal ${signal.replace(/^SIG/, "")}`;
}
