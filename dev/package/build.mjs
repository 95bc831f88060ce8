/** `npm run build`: makes dist/, which is what the package runs; `npm pack` calls it. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../setup/places.mjs";
import { bundle } from "./bundle.mjs";
import { writeDeclarations } from "./declarations.mjs";

const folder = join(ROOT, "dist");
await rm(folder, { recursive: true, force: true });
await Promise.all([bundle(folder), writeDeclarations(join(folder, "types"))]);
