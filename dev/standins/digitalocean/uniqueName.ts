import { createHash } from "node:crypto";

const DIGITS = 7;
const LONGEST = 255;

/**
 * `web-1a2b3c4`: a name of its own for each resource, so that a replacement can stand beside the
 * one it replaces. The same seed gives the same name.
 */
export function uniqueName(name: string, seed: Uint8Array): string {
  const digits = createHash("sha256").update(seed).digest("hex").slice(0, DIGITS);
  return `${name.slice(0, LONGEST - DIGITS - 1)}-${digits}`;
}
