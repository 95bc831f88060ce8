/** What a change of a value does to a container that has it. */
export type FixedChange = "restart" | "break";

/** One value of a host script that a running container can't take over. */
export interface Fixed {
  /** The script's variable. */
  readonly name: string;
  readonly change: FixedChange;
  /** For messages: `app.port`. */
  readonly setting: string;
}

/** The list as it travels in the script itself, `$FIXED`: one a line, such as `PORT restart app.port`. */
export function formatFixed(fixed: readonly Fixed[]): string {
  return fixed.map(({ name, change, setting }) => `${name} ${change} ${setting}`).join("\n");
}

export function parseFixed(text: string): Pick<Fixed, "name" | "setting">[] {
  return text.split("\n").flatMap((line) => {
    const [, name, setting] = /^(\S+) \S+ (.+)$/.exec(line) ?? [];
    return name !== undefined && setting !== undefined ? [{ name, setting }] : [];
  });
}
