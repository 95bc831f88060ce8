import type { DescribedOperation, Description, Schema } from "./description.ts";

/**
 * The part of the API for certificates, and the list of domains, which api.json does not have. They are
 * stated here by what the vendor's reference says of paths, fields, statuses and scopes
 * (https://docs.digitalocean.com/reference/api/), in our own words.
 */
export function describeCertificates({ paths, components }: Description): void {
  components["schemas"]!["certificate"] = CERTIFICATE;
  paths["/v2/certificates"] = {
    get: operation("certificates_list", "read", listed("certificates", ref("certificate")), [
      { name: "name", in: "query", schema: { type: "string" } },
      ...PAGES,
    ]),
    post: { ...operation("certificates_create", "create", one("201")), requestBody: REQUEST },
  };
  paths["/v2/certificates/{certificate_id}"] = {
    get: operation("certificates_get", "read", one("200"), [ID]),
    delete: operation("certificates_delete", "delete", { "204": {} }, [ID]),
  };
  const domain = { type: "object", properties: { name: TEXT, ttl: { type: "integer" } } };
  paths["/v2/domains"] = {
    get: { ...operation("domains_list", "read", listed("domains", domain), PAGES), ...DOMAINS },
  };
}

const TEXT = { type: "string" };
const TIME = { type: "string", format: "date-time" };
const TYPE = { type: "string", enum: ["custom", "lets_encrypt"] };

const CERTIFICATE: Schema = {
  type: "object",
  properties: {
    id: { type: "string", format: "uuid" },
    name: TEXT,
    type: TYPE,
    state: { type: "string", enum: ["pending", "verified", "error"] },
    dns_names: { type: "array", items: TEXT },
    not_after: TIME,
    created_at: TIME,
    sha1_fingerprint: TEXT,
  },
};

/** Either kind; the type of one that is uploaded may be left out. */
const REQUEST = body({
  oneOf: [
    {
      type: "object",
      properties: {
        ...{ name: TEXT, type: { type: "string", enum: ["lets_encrypt"] } },
        dns_names: { type: "array", items: TEXT },
      },
      required: ["name", "type", "dns_names"],
    },
    {
      type: "object",
      properties: {
        ...{ name: TEXT, type: { type: "string", enum: ["custom"] } },
        ...{ private_key: TEXT, leaf_certificate: TEXT, certificate_chain: TEXT },
      },
      required: ["name", "private_key", "leaf_certificate"],
    },
  ],
});

const DOMAINS = { security: [{ bearer_auth: ["domain:read"] }] };

const ID = {
  name: "certificate_id",
  in: "path" as const,
  required: true,
  schema: { type: "string", format: "uuid" },
};
const PAGES = ["per_page", "page"].map((name) => ({ $ref: `#/components/parameters/${name}` }));

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function body(schema: Schema) {
  return { content: { "application/json": { schema } } };
}

function one(status: string) {
  const properties = { certificate: ref("certificate") };
  return { [status]: body({ type: "object", properties, required: ["certificate"] }) };
}

/** A page of a list. */
function listed(key: string, items: Schema) {
  const entries = { [key]: { type: "array", items } };
  const list = { type: "object", properties: entries, required: [key] };
  return { "200": body({ allOf: [list, ref("pagination"), ref("meta")] }) };
}

function operation(
  operationId: string,
  permission: string,
  answers: DescribedOperation["responses"],
  parameters: NonNullable<DescribedOperation["parameters"]> = [],
): DescribedOperation {
  const errors = ["unauthorized", "not_found", "too_many_requests", "server_error"];
  const refused = ["401", "404", "429", "500"].map(
    (status, at) => [status, { $ref: `#/components/responses/${errors[at]}` }] as const,
  );
  const others = { default: { $ref: "#/components/responses/unexpected_error" } };
  return {
    ...{ operationId, parameters },
    responses: { ...answers, ...Object.fromEntries(refused), ...others },
    security: [{ bearer_auth: [`certificate:${permission}`] }],
  };
}
