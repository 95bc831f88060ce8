import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A process is read in each round while it is new, and in every tenth later: it may become another program. */
const NEW_MS = 500;
const OLD_ROUNDS = 10;

/**
 * Collects the command lines of all processes, including those in containers, as any user of the
 * machine can; Linux only. Resolves to one line for each process seen.
 */
export function watchCommandLines(everyMs = 5): { stop(): Promise<string> } {
  const seen = new Set<string>();
  let isOver = process.platform !== "linux";
  const watching = (async () => {
    const since = new Map<string, number>();
    for (let round = 0; !isOver; round++) {
      const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const now = Date.now();
      const begun = ids.map((id) => [id, since.get(id) ?? now] as const);
      since.clear();
      for (const [id, at] of begun) since.set(id, at);
      // A program that lives for some milliseconds is missed if all others are read each time.
      const isDue = (at: number) => round % OLD_ROUNDS === 0 || now - at < NEW_MS;
      const due = begun.filter(([, at]) => isDue(at));
      await Promise.all(
        due.map(async ([id]) => {
          // It may have exited since.
          const line = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
          seen.add(line.replaceAll("\0", " "));
        }),
      );
      await sleep(everyMs);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      return [...seen].join("\n");
    },
  };
}
