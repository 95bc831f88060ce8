/**
 * What other hosts are to pull so that they get what one host has found behind a reference: the
 * digest instead of the tag. An image that came from no registry has none, and keeps its reference.
 *
 * @param digest `sha256:…`; the image's id where it was built on the host.
 */
export function pinnedReference(reference: string, id: string, digest: string): string {
  if (reference.startsWith("sha256:") || digest === id) return reference;
  const [name = ""] = reference.split("@");
  const slash = name.lastIndexOf("/");
  const colon = name.lastIndexOf(":");
  return `${colon > slash ? name.slice(0, colon) : name}@${digest}`;
}
