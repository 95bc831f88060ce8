import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Collects the command lines of all processes, including those in containers, as any user of the
 * machine can; Linux only. Resolves to one line for each process seen.
 */
export function watchCommandLines(everyMs = 5): { stop(): Promise<string> } {
  const seen = new Set<string>();
  let isOver = process.platform !== "linux";
  const watching = (async () => {
    while (!isOver) {
      const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      await Promise.all(
        ids.map(async (id) => {
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
