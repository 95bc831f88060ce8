import { randomBytes } from "node:crypto";
import { changesBetween } from "../provider/diff.ts";
import { firstName } from "../provider/protocol.ts";
import type { Context, Difference, Recorded, ResourceType } from "../provider/resource.ts";
import { equal, hasUnknown, reveal, UNKNOWN, type Value, type Values } from "../provider/values.ts";
import { COMMON_INPUTS, failuresOf, type InputRules } from "./inputs.ts";
import type { Output } from "./output.ts";

/** What differs between commands on this machine and on others. */
export interface CommandKind {
  readonly token: string;
  /** Its inputs beside those that all commands have. */
  readonly inputs: InputRules;
  /** Defaults and secret marks, set when inputs are checked. */
  readonly complete?: (inputs: Values) => Values;
  /** Runs one script to its end; inputs come without secret marks. */
  run(script: string, inputs: Values, previous: Environment, context: Context): Promise<Output>;
}

export type Environment = Readonly<Record<string, string>>;

interface Outputs {
  stdout: Value;
  stderr: Value;
}

/** Scripts for a resource's create, update and delete, with the official plugin's rules. */
export function commandType(kind: CommandKind): ResourceType {
  const rules = { ...COMMON_INPUTS, ...kind.inputs };
  return {
    check: ({ inputs }) => ({
      inputs: kind.complete?.(inputs) ?? inputs,
      failures: failuresOf(inputs, rules, kind.token),
    }),

    diff: difference,

    async create(inputs, context) {
      const id = context.name + randomBytes(4).toString("hex");
      const empty = { stdout: "", stderr: "" };
      if (context.preview) {
        return { id, state: { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN } };
      }
      const outputs = await run(kind, inputs["create"], inputs, empty, context);
      return { id, state: { ...inputs, ...outputs } };
    },

    async update(_id, inputs, state, context) {
      const outputs = previousOutputs(state);
      const names = Object.keys(rules);
      if (context.preview) return { ...inputs, ...expectedOutputs(names, inputs, state, outputs) };
      const script = inputs["update"] ?? inputs["create"];
      return { ...inputs, ...(await run(kind, script, inputs, outputs, context)) };
    },

    async delete(_id, state, context) {
      await run(kind, state["delete"], state, previousOutputs(state), context);
    },
  };
}

function difference(inputs: Values, old: Recorded): Difference {
  const changes = changesBetween(old.inputs, inputs);
  const triggered = [...changes.keys()].some((path) => firstName(path) === "triggers");
  const replaces = new Set(triggered ? ["triggers"] : []);
  return { changes, replaces, deleteBeforeReplace: false };
}

function previousOutputs(state: Values): Outputs {
  return { stdout: state["stdout"] ?? "", stderr: state["stderr"] ?? "" };
}

/** In a preview, outputs are unknown as soon as an input that was there before has changed. */
function expectedOutputs(
  names: readonly string[],
  inputs: Values,
  state: Values,
  outputs: Outputs,
): Outputs {
  const changed = names.some(
    (name) => hasUnknown(inputs[name]) || (name in state && !equal(inputs[name], state[name])),
  );
  return changed ? { stdout: UNKNOWN, stderr: UNKNOWN } : outputs;
}

async function run(
  kind: CommandKind,
  script: Value | undefined,
  inputs: Values,
  previous: Outputs,
  context: Context,
): Promise<Outputs> {
  if (script === undefined || script === null) return previous;
  const plain = reveal(inputs) as Values;
  const shown = plain["addPreviousOutputInEnv"] === false ? {} : previousEnvironment(previous);
  return { ...(await kind.run(reveal(script) as string, plain, shown, context)) };
}

function previousEnvironment({ stdout, stderr }: Outputs): Environment {
  const text = (value: Value) => reveal(value) as string;
  return {
    ...(text(stdout) ? { PULUMI_COMMAND_STDOUT: text(stdout) } : {}),
    ...(text(stderr) ? { PULUMI_COMMAND_STDERR: text(stderr) } : {}),
  };
}
