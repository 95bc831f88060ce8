import type { CliResult, TestStack } from "../../test/helpers/testStack.ts";
import { monotonic } from "./clock.ts";

/** Runs `pulumi ...` on a stack; milliseconds from the start of the CLI to its end. */
export async function timeCommand(stack: TestStack, args: readonly string[]): Promise<number> {
  const start = monotonic();
  mustBeOk(await stack.pulumi([...args, "--stack", stack.name]));
  return monotonic() - start;
}

export function mustBeOk({ ok, output }: CliResult): void {
  if (!ok) throw new Error(`pulumi failed:\n${output}`);
}
