import { z } from "zod";
import { DOMAIN, type Identity, type Token } from "../cloud/identity.ts";
import { bodyOf, exactly } from "../http/body.ts";
import { Refusal } from "../http/refusal.ts";
import type { Handler, Routes } from "../http/routes.ts";
import type { Request } from "../http/service.ts";

const byIdOrName = exactly({
  id: z.string().optional(),
  name: z.string().optional(),
  domain: exactly({ id: z.string().optional(), name: z.string().optional() }).optional(),
});

const authentication = exactly({
  auth: exactly({
    identity: exactly({
      methods: z.array(z.string()),
      password: exactly({ user: byIdOrName.extend({ password: z.string() }) }).optional(),
      application_credential: exactly({
        id: z.string().optional(),
        name: z.string().optional(),
        secret: z.string(),
        user: byIdOrName.optional(),
      }).optional(),
      token: exactly({ id: z.string() }).optional(),
    }),
    scope: exactly({ project: byIdOrName }).optional(),
  }),
});

type Authentication = z.infer<typeof authentication>["auth"];
type Named = z.infer<typeof byIdOrName>;
/** The whole catalog, as a token carries it. */
export type Catalog = readonly object[];

/** Keystone v3, as far as it is about tokens. */
export function identityRoutes(
  identity: Identity,
  url: () => string,
  catalog: () => Catalog,
): Routes {
  const versions: Handler = () => ({
    status: 300,
    body: { versions: { values: [version(url())] } },
  });
  return {
    "GET /": versions,
    "GET /v3": () => ({ status: 200, body: { version: version(url()) } }),
    "POST /v3/auth/tokens": ({ body }) => {
      const { auth } = bodyOf(body, authentication);
      if (!isKnown(identity, auth) || !isInScope(identity, auth.scope?.project)) {
        throw unauthorized();
      }
      return tokenAnswer(201, identity, identity.issue(auth.identity.methods), catalog());
    },
    "GET /v3/auth/tokens": (request) =>
      tokenAnswer(200, identity, subject(identity, request), catalog()),
    "DELETE /v3/auth/tokens": (request) => {
      identity.revoke(subject(identity, request).id);
      return { status: 204 };
    },
    "GET /v3/auth/catalog": (request) => {
      caller(identity, request);
      return { status: 200, body: { catalog: catalog() } };
    },
    "GET /v3/auth/projects": (request) => {
      caller(identity, request);
      const project = { ...identity.project, domain_id: DOMAIN.id, enabled: true };
      return { status: 200, body: { projects: [project] } };
    },
  };
}

/** As Keystone words a refusal. */
export function identityRefusal({ status, message }: Refusal): object {
  const title = status === 401 ? "Unauthorized" : status === 404 ? "Not Found" : "Bad Request";
  return { error: { code: status, message, title } };
}

function isKnown(identity: Identity, { identity: given, scope }: Authentication): boolean {
  const { password, application_credential: credential, token } = given;
  switch (given.methods.join()) {
    case "password":
      return password?.user.password === identity.password && isUser(identity, password.user);
    case "application_credential":
      // It is for one project, and Keystone refuses another word on that.
      return scope === undefined && isCredential(identity, credential);
    case "token":
      return identity.token(token?.id) !== undefined;
    default:
      return false;
  }
}

function isCredential(
  identity: Identity,
  given: Authentication["identity"]["application_credential"],
): boolean {
  return identity.credentials.some(
    ({ id, name, secret }) =>
      secret === given?.secret &&
      // A name is unique for its user only.
      (given.id === id || (given.name === name && !!given.user && isUser(identity, given.user))),
  );
}

function isUser({ user }: Identity, given: Named): boolean {
  return given.id === user.id || (given.name === user.name && isDomain(given.domain));
}

/** Without a scope a token is for the user's own project. */
function isInScope({ project }: Identity, given: Named | undefined): boolean {
  if (!given) return true;
  return given.id === project.id || (given.name === project.name && isDomain(given.domain));
}

function isDomain(domain: Named["domain"]): boolean {
  return domain?.id === DOMAIN.id || domain?.name === DOMAIN.name;
}

/** Whose token asks. @throws Refusal 401 */
function caller(identity: Identity, { headers }: Request): Token {
  const token = identity.token(headers["x-auth-token"]);
  if (!token) throw unauthorized();
  return token;
}

/** The token that is asked about. @throws Refusal 401, 404 */
function subject(identity: Identity, request: Request): Token {
  caller(identity, request);
  const token = identity.token(request.headers["x-subject-token"]);
  if (!token) throw new Refusal(404, "This is not a recognized Fernet token.");
  return token;
}

function unauthorized(): Refusal {
  return new Refusal(401, "The request you have made requires authentication.");
}

function tokenAnswer(status: number, identity: Identity, token: Token, catalog: Catalog) {
  const { user, project } = identity;
  const view = {
    methods: token.methods,
    user: { ...user, domain: DOMAIN, password_expires_at: null },
    project: { ...project, domain: DOMAIN },
    roles: [{ id: "member", name: "member" }],
    is_domain: false,
    catalog,
    issued_at: microseconds(token.issuedAt),
    expires_at: microseconds(token.expiresAt),
  };
  return { status, headers: { "x-subject-token": token.id }, body: { token: view } };
}

function microseconds(at: number): string {
  return new Date(at).toISOString().replace("Z", "000Z");
}

function version(url: string): object {
  const links = [{ rel: "self", href: `${url}/v3/` }];
  return { id: "v3.14", status: "stable", updated: "2020-04-07T00:00:00Z", links };
}
