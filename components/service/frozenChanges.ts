import { parseFixed } from "../../lib/fixedValues.ts";
import { readScriptHeader } from "../../lib/shell.ts";

/** What a host command was and will be made with, as far as it is known. */
export interface CommandInputs {
  readonly stdin?: unknown;
}

/**
 * The settings whose change would restart a container, or break its traffic; empty where the change leaves
 * it running. A script that is not known yet (in a preview that also resolves the image) says nothing: the
 * image itself is asked about at its own resource.
 */
export function frozenChanges(before: CommandInputs, after: CommandInputs): string[] {
  if (typeof before.stdin !== "string" || typeof after.stdin !== "string") return [];
  const old = readScriptHeader(before.stdin);
  const now = readScriptHeader(after.stdin);
  return parseFixed(now["FIXED"] ?? "")
    .filter(({ name }) => old[name] !== now[name])
    .map(({ name, setting }) =>
      // Values of an input, such as the environment, may be secret.
      name === "INPUT"
        ? setting
        : `${setting} (${old[name] ?? "not set"} -> ${now[name] ?? "not set"})`,
    );
}
