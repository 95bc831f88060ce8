import process from "node:process";
import { clearTimeout, setTimeout } from "node:timers";
import { spawn } from "node:child_process";

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] added to our own environment
 * @property {number} [timeoutMs]
 * @property {boolean} [verbose] pass on what the command prints
 * @property {string} [input]
 *
 * @typedef {object} Ran
 * @property {boolean} ok
 * @property {string} stdout
 * @property {string} output stdout and stderr as they came
 * @property {string} problem empty when ok
 */

/**
 * Runs a command to its end and tells how it went; never throws. Over its time, it is ended with
 * everything that it started.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ran>}
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    // A group of its own, so that the time limit reaches grandchildren too.
    detached: true,
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(options.input);
  const stop = endWithUs(child);
  let stdout = "";
  let output = "";
  let late = false;
  child.stdout?.on("data", (/** @type {Buffer} */ data) => {
    stdout += String(data);
    output += String(data);
    if (options.verbose) process.stdout.write(data);
  });
  child.stderr?.on("data", (/** @type {Buffer} */ data) => {
    output += String(data);
    if (options.verbose) process.stderr.write(data);
  });
  const timer = options.timeoutMs
    ? setTimeout(() => {
        late = true;
        stop.now();
      }, options.timeoutMs)
    : undefined;
  return new Promise((resolve) => {
    /** @param {string} problem */
    const end = (problem) => {
      clearTimeout(timer);
      stop.forget();
      resolve({ ok: problem === "", stdout, output, problem });
    };
    child.on("error", (error) => end(`${command} could not be started: ${error.message}`));
    child.on("close", (code, signal) => {
      const how = late
        ? `took longer than ${options.timeoutMs} ms`
        : `ended with ${code ?? signal}`;
      end(code === 0 ? "" : `${command} ${args[0] ?? ""} ${how}`);
    });
  });
}

/** Ends one command that runs, with everything that it started. @type {Set<() => void>} */
const running = new Set();

/** @param {import("node:child_process").ChildProcess} child */
function endWithUs(child) {
  const now = () => {
    try {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
  };
  running.add(now);
  const interrupted = () => {
    for (const end of running) end();
    process.exit(130);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  const forget = () => {
    running.delete(now);
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
  };
  return { now, forget };
}

/**
 * The end of a long output, for an error message.
 * @param {string} output
 * @param {number} [lines]
 */
export function tail(output, lines = 15) {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
