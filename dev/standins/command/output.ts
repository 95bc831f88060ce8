export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none";

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Collects what a script prints, apart and as it came, and shows the streams asked for. */
export class Capture {
  private readonly both: Buffer[] = [];
  private readonly stdout: Buffer[] = [];
  private readonly stderr: Buffer[] = [];

  constructor(
    stdout: NodeJS.ReadableStream,
    stderr: NodeJS.ReadableStream,
    logging: Logging,
    log: (line: string) => void,
  ) {
    const shows = (stream: Logging) => logging === stream || logging === "stdoutAndStderr";
    this.collect(stdout, this.stdout, shows("stdout") ? log : undefined);
    this.collect(stderr, this.stderr, shows("stderr") ? log : undefined);
  }

  get output(): Output {
    const text = (chunks: Buffer[]) => trimNewline(Buffer.concat(chunks).toString());
    return { stdout: text(this.stdout), stderr: text(this.stderr) };
  }

  /** The error of a script that failed: how it ended, its text, and what it printed. */
  failure(problem: string, script: string): Error {
    return failure(problem, script, Buffer.concat(this.both).toString());
  }

  private collect(
    stream: NodeJS.ReadableStream,
    chunks: Buffer[],
    log: ((line: string) => void) | undefined,
  ): void {
    let rest = "";
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      this.both.push(chunk);
      if (!log) return;
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) log(line.replace(/\r$/, ""));
    });
    stream.on("end", () => {
      if (log && rest) log(rest);
    });
  }
}

export function failure(problem: string, script: string, output: string): Error {
  return new Error(`${problem}: running ${JSON.stringify(script)}:\n${output}`);
}

/** Exactly one newline is cut, so that a script can end its output with an empty line. */
export function trimNewline(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
