import { Secrets } from "../lib/secrets.ts";
import { type Path, settingAt } from "./catalog.ts";
import { nameAndValue } from "./nameAndValue.ts";
import { splitWords } from "./words.ts";

/** Which values of a stack file are encrypted: an object with `secure` stands for each. */
export type StackFile = Readonly<Record<string, unknown>>;

/**
 * The secrets of a stack's config. Pulumi tells only which keys hold one somewhere; the stack file says where.
 * Without it, every text of such a key counts.
 *
 * @param values With secrets in plain text.
 */
export function secretsOf(
  values: Readonly<Record<string, unknown>>,
  secretKeys: ReadonlySet<string>,
  file?: StackFile,
): Secrets {
  const texts = [...secretKeys].flatMap((key) => {
    const marked = markedTexts(values[key], file?.[key], [key]);
    return marked.length > 0 ? marked : textsIn(values[key], [key]);
  });
  return new Secrets(texts);
}

function markedTexts(value: unknown, mark: unknown, path: Path): string[] {
  if (typeof mark !== "object" || mark === null) return [];
  if ("secure" in mark) return textsIn(value, path);
  return Object.entries(mark).flatMap(([name, inner]) => {
    const step = Array.isArray(mark) ? Number(name) : name;
    return markedTexts((value as Record<string, unknown> | undefined)?.[name], inner, [
      ...path,
      step,
    ]);
  });
}

/** All texts, as they appear in what is made of them. */
function textsIn(value: unknown, path: Path): string[] {
  if (typeof value === "string")
    return settingAt(path)?.isChoice === true ? [] : parts(value, path);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    textsIn(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

/**
 * A command is used word by word. A canary's header or cookie is used in two parts; its name alone is no
 * secret.
 */
function parts(text: string, path: Path): string[] {
  if (settingAt(path)?.kind === "list") return [text, ...(splitWords(text) ?? [])];
  if (path[0] !== "canary") return [text];
  return [text, nameAndValue(text, path[1] === "header" ? ":" : "=").value].filter(
    (part) => part !== "true",
  );
}
