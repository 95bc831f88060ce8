import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { Refusal } from "../refusal.ts";

type Schema = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, Schema>>;
type Values = Readonly<Record<string, unknown>>;

/** A body, with defaults for what it leaves out. */
export interface Filled<Settings> {
  /** What it belongs to, by name. */
  readonly places: Readonly<Record<string, string>>;
  readonly settings: Settings;
}

/** What a resource's body may hold, as JSON Schemas by name. */
export interface FormFields {
  /** The name under which the body stands, such as `listener`. */
  readonly root: string;
  readonly required: readonly string[];
  /** What it belongs to: names that are no settings of its own. */
  readonly places: Fields;
  /** Settings that never change. */
  readonly fixed: Fields;
  readonly changeable: Fields;
  /** For settings that are left out or null; null where there is none. */
  readonly defaults: Values;
}

const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);

/** Reads the bodies of one kind of resource, as strictly as Octavia does. */
export class Form<Settings extends object> {
  readonly #fields: FormFields;
  readonly #create: ValidateFunction;
  readonly #update: ValidateFunction;

  constructor(fields: FormFields) {
    const { required, places, fixed, changeable } = fields;
    this.#fields = fields;
    this.#create = compiled({ ...places, ...fixed, ...changeable }, required);
    this.#update = compiled(changeable, []);
  }

  /** @throws Refusal 400 */
  created(body: unknown): Filled<Settings> {
    return this.#split(this.#checked(body, this.#create));
  }

  /** The same for one of a list, where it stands without its root. @throws Refusal 400 */
  listed(item: unknown): Filled<Settings> {
    check(this.#create, item);
    return this.#split(item as Values);
  }

  /** What a body changes, with defaults for what it takes back. @throws Refusal 400 */
  changes(body: unknown): Partial<Settings> {
    return this.#filled(this.#checked(body, this.#update)) as Partial<Settings>;
  }

  #split(values: Values): Filled<Settings> {
    const { places, fixed, changeable } = this.#fields;
    const pick = (names: Fields) =>
      Object.fromEntries(Object.keys(names).map((name) => [name, values[name] ?? null]));
    const given = Object.entries(pick(places)).filter(([, value]) => value !== null);
    return {
      places: Object.fromEntries(given) as Record<string, string>,
      settings: this.#filled(pick({ ...fixed, ...changeable })) as Settings,
    };
  }

  #checked(body: unknown, validate: ValidateFunction): Values {
    const { root } = this.#fields;
    const values = (body as Values | undefined)?.[root];
    if (values === undefined) {
      throw new Refusal(400, `Invalid input for field/attribute ${root}. Mandatory field missing.`);
    }
    check(validate, values);
    return values as Values;
  }

  #filled(values: Values): Values {
    const { defaults } = this.#fields;
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value ?? defaults[name] ?? null]),
    );
  }
}

/** Nulls are allowed everywhere but where a value is required: they stand for the default. */
function compiled(fields: Fields, required: readonly string[]): ValidateFunction {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [
      name,
      required.includes(name) ? schema : { anyOf: [{ type: "null" }, schema] },
    ]),
  );
  return ajv.compile({ type: "object", required, properties, additionalProperties: false });
}

function check(validate: ValidateFunction, values: unknown): void {
  if (validate(values)) return;
  const errors = validate.errors ?? [];
  // Of the two ways that a field may be right, null is not what was meant.
  const error = errors.find(({ schemaPath }) => !/\/anyOf\/0\/|\/anyOf$/.test(schemaPath));
  throw new Refusal(400, problem(error ?? errors[0], values));
}

/** In WSME's words. */
function problem(error: ErrorObject | undefined, values: unknown): string {
  const { additionalProperty: extra, missingProperty: missing } = (error?.params ?? {}) as Record<
    string,
    string
  >;
  if (extra !== undefined) return `Unknown attribute:\n${extra}`;
  const [, name = missing ?? ""] = error?.instancePath.split("/") ?? [];
  const value = JSON.stringify((values as Values)[name]);
  const rule = missing === undefined ? `Value ${error?.message}` : "Mandatory field missing.";
  return `Invalid input for field/attribute ${name}. Value: '${value}'. ${rule}`;
}
