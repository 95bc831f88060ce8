import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { ensureMachineImage } from "../../dev/emulators/machine/image.ts";

const SETUP = fileURLToPath(new URL("../../dev/setup.mjs", import.meta.url));

/** Makes base, edge and machines of Debian 12, which only stacks that began with it need. */
export async function ensureDebian12(): Promise<void> {
  await execa("node", [SETUP, "--only", "base-image-12", "--only", "edge-image-12"]);
  await ensureMachineImage("12");
}
