/**
 * The reference by which other hosts pull the image that one host has resolved: the digest instead of
 * the tag. An image from no registry has no digest and keeps its reference.
 *
 * @param digest `sha256:…`; the image's id if it was built on the host.
 */
export function pinnedReference(reference: string, id: string, digest: string): string {
  if (reference.startsWith("sha256:") || digest === id) return reference;
  const [name = ""] = reference.split("@");
  const slash = name.lastIndexOf("/");
  const colon = name.lastIndexOf(":");
  return `${colon > slash ? name.slice(0, colon) : name}@${digest}`;
}

/**
 * A reference that always means the same bytes, and still shows its tag: `app:v2@sha256:…`. An image from
 * no registry keeps its reference.
 */
export function withDigest(reference: string, id: string, digest: string): string {
  if (reference.includes("@") || reference.startsWith("sha256:") || digest === id) return reference;
  return `${reference}@${digest}`;
}

/** A reference without its digest; an image's id as it is. */
export function withoutDigest(reference: string): string {
  return reference.startsWith("sha256:") ? reference : reference.replace(/@.*/, "");
}

/** For people: digests cut to twelve digits. */
export function shortImage(reference: string): string {
  return reference.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1");
}
