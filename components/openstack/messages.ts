/**
 * The words of an error. Each service has a form of its own: Octavia's is `{faultstring}`, Neutron's
 * `{NeutronError: {message}}`, Keystone's `{error: {message}}`, Nova's `{itemNotFound: {message}}`, and
 * Glance and Barbican have `{message}` or `{description}`.
 */
export function messageIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const said = body as Readonly<Record<string, unknown>>;
  for (const name of ["faultstring", "message", "description"]) {
    const text = said[name];
    if (typeof text === "string" && text !== "") return text;
  }
  const [inner] = Object.values(said);
  return messageIn(inner);
}
