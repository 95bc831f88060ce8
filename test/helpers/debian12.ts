import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { ensureMachineImage } from "../../dev/emulators/machine/image.ts";

const SETUP = fileURLToPath(new URL("../../dev/setup.mjs", import.meta.url));

/** Builds base, edge and machines on Debian 12, which only stacks created with it need. */
export async function ensureDebian12(): Promise<void> {
  await execa("node", [SETUP, "--only", "base-image-12", "--only", "edge-image-12"]);
  await ensureMachineImage("12");
}
