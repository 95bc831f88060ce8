import { text } from "node:stream/consumers";

/**
 * Runs what a command resource has started on this machine: its input comes as JSON by standard
 * input, its result goes to standard output, and an error is its message alone.
 */
export async function runProgram<Input>(work: (input: Input) => Promise<string>): Promise<void> {
  try {
    console.log(await work(JSON.parse(await text(process.stdin)) as Input));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
