import { z } from "zod";
import { schema } from "./schema.ts";

/** The path of a setting: names, and positions in lists. */
export type Path = readonly (string | number)[];

type Schema = z.core.$ZodType;

/** One setting in the schema. */
export interface Setting {
  readonly kind: "value" | "group" | "list" | "record";
  readonly isRequired: boolean;
  /** Whether the schema lists its values, which are then no secrets. */
  readonly isChoice?: boolean;
  readonly default?: unknown;
  readonly about: z.core.GlobalMeta;
  /** By name; for a list or a record the schema of all entries, under the name `*`. */
  readonly children: Readonly<Record<string, Schema>>;
}

/** Reads a schema, without the layers that only make a value optional. */
function readSchema(outer: Schema): Setting {
  const { def } = (outer as z.core.$ZodTypes)._zod;
  const about = z.globalRegistry.get(outer) ?? {};
  const within = (inner: Schema, more: Partial<Setting> = {}): Setting => {
    const setting = readSchema(inner);
    return { ...setting, ...more, about: { ...setting.about, ...about } };
  };
  const own = (kind: Setting["kind"], children: Setting["children"] = {}) => ({
    kind,
    isRequired: true,
    about,
    children,
  });
  if (def.type === "object") return own("group", def.shape);
  if (def.type === "array") return own("list", { "*": def.element });
  if (def.type === "record") return own("record", { "*": def.valueType });
  // A preprocessed value comes out, a transformed one goes in.
  if (def.type === "pipe") return within(isTransform(def.in) ? def.out : def.in);
  if (def.type === "default") {
    return within(def.innerType, { isRequired: false, default: def.defaultValue });
  }
  if (def.type === "enum") return { ...own("value"), isChoice: true };
  const isLayer = def.type === "prefault" || def.type === "optional";
  return isLayer ? within(def.innerType, { isRequired: false }) : own("value");
}

function isTransform(of: Schema): boolean {
  return (of as z.core.$ZodTypes)._zod.def.type === "transform";
}

/** Undefined if the schema has no such setting. */
export function settingAt(path: Path): Setting | undefined {
  let setting: Setting | undefined = readSchema(schema);
  for (const step of path) {
    const child: Schema | undefined = setting?.children[step] ?? setting?.children["*"];
    setting = child && readSchema(child);
  }
  return setting;
}

/** All settings with their paths, groups before their contents. */
export function allSettings(path: Path = []): (readonly [Path, Setting])[] {
  const names = Object.keys(settingAt(path)?.children ?? {});
  return names.flatMap((name) => {
    const inner = [...path, name];
    const setting = settingAt(inner);
    return setting ? [[inner, setting] as const, ...allSettings(inner)] : [];
  });
}

/** In the format of `pulumi config set --path`: `smoke[0].path`, `app.env["my.name"]`. */
export function pathText(path: Path): string {
  const [first = "", ...others] = path.map(String);
  return others.reduce((text, step, at) => {
    if (typeof path[at + 1] === "number" || step === "*") return `${text}[${step}]`;
    return /^[^\s.[\]"\\]+$/.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, first);
}

/** Parses the path of a known setting: `ssh.allowedCidrs[0]`. */
export function pathOf(text: string): Path {
  const steps = text.match(/[^.[\]]+/g) ?? [];
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
