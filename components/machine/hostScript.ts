import * as pulumi from "@pulumi/pulumi";
import { scriptCall, scriptInput } from "../../lib/hostScript.ts";
import { type FixedChange, formatFixed } from "../../lib/fixedValues.ts";
import type { ScriptValues } from "../../lib/shell.ts";
import type { Host, HostCommand } from "./host.ts";

type PlainValue = pulumi.Input<string | number>;

/** A value that can't change without affecting a running container. */
export interface FixedValue {
  readonly value: PlainValue;
  /** For messages: `app.port`. */
  readonly setting: string;
  readonly change: FixedChange;
}

/** A change of this value recreates the container. */
export function restarts(setting: string, value: PlainValue): FixedValue {
  return { setting, value, change: "restart" };
}

/** The running container accepts a change of this value, but its traffic would break. */
export function breaks(setting: string, value: PlainValue): FixedValue {
  return { setting, value, change: "break" };
}

export interface HostScriptArgs {
  /** A file in `scripts/`, with a function `up` that converges; others may come before it. */
  readonly script: string | readonly string[];
  /**
   * Assignments at the top of the script, as a preview's diff shows them. The script compares a running
   * container with the fixed ones, in their order; the frozen rule uses them too.
   */
  readonly values: Readonly<Record<string, PlainValue | FixedValue>>;
  /** `$INPUT` in the script, for longer texts. */
  readonly input?: pulumi.Input<string>;
  /** The settings that the input comes from; set if a changed input recreates the container. */
  readonly inputSetting?: string;
  /** In place of the script's values, for a script whose text is kept. */
  readonly callValues?: ScriptValues;
  /** Whether the script has a function `down` that removes what `up` made. */
  readonly hasDown?: boolean;
}

/** Runs a host script as a resource on a host. */
export function runHostScript(
  host: Pick<Host, "run">,
  name: string,
  args: HostScriptArgs,
  opts: pulumi.CustomResourceOptions,
): HostCommand {
  const { script, input = "", callValues } = args;
  return host.run(
    name,
    {
      create: scriptCall("up", callValues),
      ...(args.hasDown && { delete: scriptCall("down") }),
      stdin: pulumi
        .all([pulumi.all(plainValues(args)), input])
        .apply(([known, text]) => scriptInput(script, known, text)),
    },
    opts,
  );
}

function plainValues({ values, inputSetting }: HostScriptArgs): Record<string, PlainValue> {
  const entries = Object.entries(values);
  const fixed = entries.flatMap(([name, value]) => (isFixed(value) ? [{ name, ...value }] : []));
  const fixedInput = { name: "INPUT", setting: inputSetting ?? "", change: "restart" } as const;
  const all = inputSetting === undefined ? fixed : [...fixed, fixedInput];
  return {
    ...Object.fromEntries(
      entries.map(([name, value]) => [name, isFixed(value) ? value.value : value]),
    ),
    ...(all.length > 0 && { FIXED: formatFixed(all) }),
  };
}

function isFixed(value: PlainValue | FixedValue): value is FixedValue {
  return typeof value === "object" && "setting" in value;
}
