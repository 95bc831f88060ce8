import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { shellQuote } from "../../lib/shell.ts";
import { type BluegreenResult, programFor } from "./bluegreen.ts";
import type { TestStack } from "./testStack.ts";

/** A command in a message ends with its sentence, or where another one is offered. */
const COMMAND =
  /(?:[:,] |\(| or |^ +)((?:npx )?(?:bluegreen|pulumi|docker) [^\n…]*?)(?=[.,:;]? *$|\. |\)|, | or )/gm;

/** The commands that a message offers, in its order and without those that lack a value. */
export function remediesIn(text: string): string[] {
  return [...text.matchAll(COMMAND)].map(([, command = ""]) => command);
}

/** Types a command as it was printed, in the stack's folder; whoever is asked says yes. */
export async function typed(stack: TestStack, command: string): Promise<BluegreenResult> {
  const bin = join(stack.folder, "bin");
  await mkdir(bin, { recursive: true });
  const program = [process.execPath, programFor(stack)].map(shellQuote).join(" ");
  await writeFile(join(bin, "bluegreen"), `#!/bin/sh\nexec ${program} "$@" --yes\n`);
  // The package itself is installed nowhere.
  await writeFile(join(bin, "npx"), '#!/bin/sh\nexec "$@"\n');
  for (const name of ["bluegreen", "npx"]) await chmod(join(bin, name), 0o755);
  const { exitCode, all } = await execa("sh", ["-c", command], {
    cwd: stack.folder,
    env: {
      ...stack.environment,
      PATH: `${bin}${delimiter}${stack.environment["PATH"]}`,
      PULUMI_STACK: stack.name,
      PULUMI_SKIP_CONFIRMATIONS: "true",
    },
    all: true,
    reject: false,
    stdin: "ignore",
  });
  return { code: exitCode ?? -1, output: all };
}
