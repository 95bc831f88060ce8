import type { Checked, Context, ResourceType } from "../../../../dev/standins/provider/resource.ts";
import type { Values } from "../../../../dev/standins/provider/values.ts";

/** What the engine would pass to a resource type; `lines` collects its log. */
export function context(changes: Partial<Context> = {}): Context & { lines: string[] } {
  const lines: string[] = [];
  const never = new AbortController().signal;
  return {
    urn: "urn:pulumi:s::p::command:local:Command::web",
    name: "web",
    preview: false,
    timeoutMs: undefined,
    cancelled: never,
    abandoned: never,
    log: (line) => lines.push(line),
    warn: (line) => lines.push(line),
    lines,
    ...changes,
  };
}

export function checkOf(type: ResourceType, inputs: Values, oldInputs: Values = {}): Checked {
  return type.check({ name: "web", inputs, oldInputs, seed: new Uint8Array([1, 2, 3]) });
}
