/** What a change of a value does to a running container. */
export type FixedChange = "restart" | "break";

/** A host script's value that can't change without affecting a running container. */
export interface Fixed {
  /** The script's variable. */
  readonly name: string;
  readonly change: FixedChange;
  /** For messages: `app.port`. */
  readonly setting: string;
}

/** The list as `$FIXED` in the script: one per line, such as `PORT restart app.port`. */
export function formatFixed(fixed: readonly Fixed[]): string {
  return fixed.map(({ name, change, setting }) => `${name} ${change} ${setting}`).join("\n");
}

export function parseFixed(text: string): Fixed[] {
  return text.split("\n").flatMap((line) => {
    const [, name, change, setting] = /^(\S+) (restart|break) (.+)$/.exec(line) ?? [];
    if (name === undefined || setting === undefined) return [];
    return [{ name, setting, change: change as FixedChange }];
  });
}
