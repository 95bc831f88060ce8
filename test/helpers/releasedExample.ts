import type { LoadOptions, LoadReport } from "../../load/index.ts";
import { pause, startUsers } from "./asking.ts";
import { bluegreen } from "./bluegreen.ts";
import type { TestStack } from "./testStack.ts";

/** Runs `bluegreen …`, which must succeed. */
export async function mustRun(stack: TestStack, ...args: readonly string[]): Promise<string> {
  const { code, output } = await bluegreen(stack, ...args);
  if (code !== 0) throw new Error(`bluegreen ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Runs the work while users ask. @param what For the figures that are printed. */
export async function underLoad(
  url: string,
  what: string,
  work: () => Promise<unknown>,
  more: Partial<LoadOptions> = {},
): Promise<LoadReport> {
  const users = startUsers(url, { slow: 0, ratePerSecond: 60, ...more });
  await pause(2000);
  await work();
  await pause(3000);
  const report = await users.stop();
  const { total, failedTotal, byColor } = report;
  console.log(
    `      ${what}: ${total} requests, ${failedTotal} failed, ${JSON.stringify(byColor)}`,
  );
  return report;
}

/** Repeats something until it is stopped, and counts how often it was done. */
export function repeatedly(everyMs: number, work: () => Promise<void>) {
  let count = 0;
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await work();
      count += 1;
      await pause(everyMs);
    }
  })();
  return {
    async stop(): Promise<number> {
      isOver = true;
      await running;
      return count;
    },
  };
}
