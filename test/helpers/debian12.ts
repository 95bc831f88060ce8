import { fileURLToPath } from "node:url";
import { execa } from "execa";

const SETUP = fileURLToPath(new URL("../../dev/setup.mjs", import.meta.url));

/** Makes the base and the edge of Debian 12, which only stacks that began with them need. */
export async function ensureDebian12(): Promise<void> {
  await execa("node", [SETUP, "--only", "base-image-12", "--only", "edge-image-12"]);
}
