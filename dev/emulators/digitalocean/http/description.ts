import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { describeCertificates } from "./certificateOperations.ts";
import { closeGaps } from "./descriptionGaps.ts";

export type Schema = Record<string, unknown>;

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly content?: { readonly "application/json"?: { readonly schema: Schema } };
  readonly required?: boolean;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content | { readonly $ref: string }>>;
  readonly security: readonly { readonly bearer_auth: readonly string[] }[];
}

export interface Description {
  readonly paths: Record<string, Record<string, DescribedOperation>>;
  readonly components: Record<string, Record<string, Schema>>;
}

/** What the description says of one method of one path. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly pattern: string;
  readonly scopes: readonly string[];
  readonly matches: (path: string) => Readonly<Record<string, string>> | undefined;
  /** Takes path and query parameters as text, and turns them into what the description says. */
  readonly parameters: ValidateFunction;
  /** Absent where a request has no body. */
  readonly body?: ValidateFunction;
  /** By status or `default`; undefined for an answer without a body. */
  readonly answers: ReadonlyMap<string, ValidateFunction | undefined>;
}

/**
 * Reads api.json, which trimDescription.ts made of the vendor's OpenAPI description, and adds what that
 * leaves out.
 */
export function readDescription(): Operation[] {
  const text = readFileSync(new URL("../api.json", import.meta.url), "utf8");
  const description = JSON.parse(text) as Description;
  closeGaps(description);
  describeCertificates(description);
  // OpenAPI 3.0 schemas have words that JSON Schema has not (nullable, discriminator, readOnly).
  // Its patterns escape more than Unicode mode allows.
  const loose = { strict: false, allErrors: true, unicodeRegExp: false };
  const strictly = new Ajv(loose);
  const coercing = new Ajv({ ...loose, coerceTypes: true });
  for (const ajv of [strictly, coercing]) {
    addFormats.default(ajv);
    ajv.addSchema({ $id: "api", components: description.components });
  }
  return Object.entries(description.paths).flatMap(([pattern, item]) =>
    Object.entries(item).map(([method, operation]) =>
      compile(pattern, method, operation, description, strictly, coercing),
    ),
  );
}

/** What does not fit, each as place and rule; empty where the value fits. */
export function problems(validate: ValidateFunction, value: unknown): string {
  if (validate(value)) return "";
  return (validate.errors ?? []).map(problemText).join("; ");
}

function problemText({ instancePath, message, params }: ErrorObject): string {
  const allowed = "allowedValues" in params ? ` ${JSON.stringify(params["allowedValues"])}` : "";
  return `${instancePath || "it"} ${message ?? "does not fit"}${allowed}`;
}

function compile(
  pattern: string,
  method: string,
  operation: DescribedOperation,
  description: Description,
  strictly: Ajv,
  coercing: Ajv,
): Operation {
  const bodySchema = schemaOf(operation.requestBody);
  const parameters = (operation.parameters ?? []).map((it) => resolve<Parameter>(it, description));
  const answers = Object.entries(operation.responses).map(([status, response]) => {
    const schema = schemaOf(resolve<Content>(response, description));
    return [status, schema && strictly.compile(rooted(schema))] as const;
  });
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    pattern,
    scopes: operation.security.flatMap(({ bearer_auth }) => bearer_auth),
    matches: pathMatcher(pattern),
    parameters: coercing.compile(parametersSchema(parameters)),
    ...(bodySchema && { body: strictly.compile(rooted(bodySchema)) }),
    answers: new Map(answers),
  };
}

function resolve<T>(value: T | { readonly $ref: string }, description: Description): T {
  if (!(value as { $ref?: string }).$ref) return value as T;
  const [kind = "", name = ""] = (value as { $ref: string }).$ref.split("/").slice(2);
  return description.components[kind]?.[name] as T;
}

function schemaOf(content: Content | undefined): Schema | undefined {
  return content?.content?.["application/json"]?.schema;
}

/** A schema's references, which begin at the description's root, made to begin at `api`. */
function rooted(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as Schema;
}

function parametersSchema(parameters: readonly Parameter[]): Schema {
  return {
    type: "object",
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

function pathMatcher(pattern: string): Operation["matches"] {
  const expression = new RegExp(`^${pattern.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
  return (path) => {
    const groups = expression.exec(path)?.groups;
    if (groups === undefined) return expression.test(path) ? {} : undefined;
    const decoded = Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]);
    return Object.fromEntries(decoded) as Record<string, string>;
  };
}
