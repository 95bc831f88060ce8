import process from "node:process";
import type { Violation } from "./http/callLog.ts";

/** Keeps a cloud that was started by hand until Ctrl-C, then removes all that stands in it. */
export function keepUntilSignal(cloud: {
  readonly violations: readonly Violation[];
  stop(): Promise<void>;
}): void {
  console.error("The account is open. Ctrl-C removes it with all that stands in it.");
  let isEnding = false;
  const end = async (): Promise<void> => {
    console.error("Removing the account's resources.");
    await cloud.stop();
    for (const { kind, where, problem } of cloud.violations) {
      console.error(`${kind} ${where}: ${problem}`);
    }
    process.exit(cloud.violations.length > 0 ? 1 : 0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!isEnding) void end();
      isEnding = true;
    });
  }
}
