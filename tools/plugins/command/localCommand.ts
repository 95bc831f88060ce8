import { randomBytes } from "node:crypto";
import { execute, type Logging } from "./execute.ts";
import type { Context, Failure, ResourceType } from "./resource.ts";
import { equal, hasUnknown, reveal, UNKNOWN, type Value, type Values } from "./values.ts";

/** `command:local:Command`: scripts on this machine for a resource's create, update and delete. */
export const localCommand: ResourceType = {
  check: checkInputs,
  replaces: (property) => property === "triggers",

  async create(inputs, context) {
    const id = context.name + randomBytes(4).toString("hex");
    const empty = { stdout: "", stderr: "" };
    if (context.preview) {
      return { id, state: { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN } };
    }
    return { id, state: { ...inputs, ...(await run(inputs["create"], inputs, empty, context)) } };
  },

  async update(inputs, state, context) {
    const outputs = previousOutputs(state);
    if (context.preview) return { ...inputs, ...expectedOutputs(inputs, state, outputs) };
    const script = inputs["update"] ?? inputs["create"];
    return { ...inputs, ...(await run(script, inputs, outputs, context)) };
  },

  async delete(state, context) {
    await run(state["delete"], state, previousOutputs(state), context);
  },
};

interface Outputs {
  stdout: Value;
  stderr: Value;
}

const TEXTS = ["create", "update", "delete", "stdin", "dir", "logging"];
const LISTS = ["interpreter", "assetPaths", "archivePaths"];
const LOGGINGS = ["stdout", "stderr", "stdoutAndStderr", "none"];
const OTHERS = ["environment", "triggers", "addPreviousOutputInEnv"];

function checkInputs(inputs: Values): Failure[] {
  return Object.entries(inputs).flatMap(([property, value]) => {
    const reason = problemWith(property, reveal(value));
    return reason ? [{ property, reason }] : [];
  });
}

function problemWith(property: string, value: Value): string | undefined {
  if (property === "version" || property.startsWith("__") || hasUnknown(value)) return undefined;
  if (value === null) return undefined;
  if (property === "assetPaths" || property === "archivePaths") {
    return "is not supported by this stand-in for the command plugin; install the official one";
  }
  if (TEXTS.includes(property) && typeof value !== "string") return "must be a string";
  if (property === "logging" && !LOGGINGS.includes(value as string)) {
    return `must be one of ${LOGGINGS.join(", ")}`;
  }
  if (LISTS.includes(property) && !isTextList(value)) return "must be a list of strings";
  if (property === "environment" && !isTextMap(value)) return "must be a map of strings";
  const known = [...TEXTS, ...LISTS, ...OTHERS].includes(property);
  return known ? undefined : "is not an input of command:local:Command";
}

function isTextList(value: Value): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isTextMap(value: Value): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === "string")
  );
}

function previousOutputs(state: Values): Outputs {
  return { stdout: state["stdout"] ?? "", stderr: state["stderr"] ?? "" };
}

/** In a preview, outputs are unknown as soon as an input that was there before has changed. */
function expectedOutputs(inputs: Values, state: Values, outputs: Outputs): Outputs {
  const names = [...TEXTS, ...LISTS, ...OTHERS];
  const changed = names.some(
    (name) => hasUnknown(inputs[name]) || (name in state && !equal(inputs[name], state[name])),
  );
  return changed ? { stdout: UNKNOWN, stderr: UNKNOWN } : outputs;
}

async function run(
  script: Value | undefined,
  inputs: Values,
  previous: Outputs,
  context: Context,
): Promise<Outputs> {
  if (script === undefined || script === null) return previous;
  const plain = reveal(inputs) as Values;
  return await execute({
    command: reveal(script) as string,
    interpreter: interpreterOf(plain),
    dir: plain["dir"] as string | undefined,
    environment: {
      ...(plain["environment"] as Record<string, string> | undefined),
      ...(plain["addPreviousOutputInEnv"] === false ? {} : previousEnvironment(previous)),
    },
    stdin: (plain["stdin"] as string | undefined) ?? "",
    logging: (plain["logging"] as Logging | undefined) ?? "stdoutAndStderr",
    cancelled: context.cancelled,
    log: (line) => context.log(line),
  });
}

function interpreterOf(inputs: Values): string[] {
  const given = inputs["interpreter"] as string[] | undefined;
  if (given && given.length > 0) return given;
  return process.platform === "win32" ? ["cmd", "/C"] : ["/bin/sh", "-c"];
}

function previousEnvironment({ stdout, stderr }: Outputs): Record<string, string> {
  const text = (value: Value) => reveal(value) as string;
  return {
    ...(text(stdout) ? { PULUMI_COMMAND_STDOUT: text(stdout) } : {}),
    ...(text(stderr) ? { PULUMI_COMMAND_STDERR: text(stderr) } : {}),
  };
}
