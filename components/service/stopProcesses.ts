import { type Color, otherColor } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import { exec } from "../machine/exec.ts";
import type { DirectRoute, StackHost } from "./target.ts";

const STOP_MS = 15_000;

/** Docker goes on stopping them after the command has ended, so nothing waits for a job. */
const SCRIPT = `ids=$(docker ps --quiet --filter "label=blue-green.stack=$1" \
  --filter "label=blue-green.color=$2" --filter label=blue-green.kind) || exit
[ -z "$ids" ] || nohup docker stop $ids >/dev/null 2>&1 </dev/null &`;

/**
 * A route without Pulumi that also ends the work of the color that loses the traffic. The next `up` starts the
 * processes of the other color.
 *
 * @param hosts Those that can run commands.
 */
export function stoppingProcesses(
  route: DirectRoute,
  hosts: () => Promise<readonly StackHost[]>,
  names: StackNames,
): DirectRoute {
  return {
    ...route,
    async set(wanted) {
      const unrecorded = await route.set(wanted);
      const left = otherColor(wanted.active);
      const problems = await hosts()
        .then((all) => stopProcesses(left, all, names))
        .catch((error: Error) => [stillAtWork(left, error.message)]);
      return [...unrecorded, ...problems];
    },
  };
}

async function stopProcesses(
  color: Color,
  hosts: readonly StackHost[],
  { stack }: StackNames,
): Promise<string[]> {
  const own = hosts.filter((host) => host.color === color);
  const results = await Promise.all(
    own.map(async ({ name, machine }) => {
      const command = ["sh", "-c", SCRIPT, "stop-processes", stack, color];
      const { code, stderr } = await exec(machine, command, { timeoutMs: STOP_MS }).catch(
        (error: Error) => ({ code: 1, stderr: error.message }),
      );
      return code === 0 ? [] : [stillAtWork(color, `${name}: ${stderr.trim()}`)];
    }),
  );
  return results.flat();
}

function stillAtWork(color: Color, problem: string): string {
  return `The processes of ${color} may still be at work, because they could not be stopped: ${problem}`;
}
