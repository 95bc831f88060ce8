/** `npm run build`: makes dist/, which is what the package runs. `npm pack` calls it. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { register } from "tsx/esm/api";
import { ROOT, parseJson } from "../setup/places.mjs";
import { bundle } from "./bundle.mjs";
import { writeDeclarations } from "./declarations.mjs";

const folder = join(ROOT, "dist");
await rm(folder, { recursive: true, force: true });
await Promise.all([
  bundle(folder),
  writeDeclarations(join(folder, "types")),
  writeTemplate(join(folder, "template")),
]);

/** @param {string} place */
async function writeTemplate(place) {
  register();
  const { templateFiles } = await import("../../release/init/texts.ts");
  const manifest = parseJson(await readFile(join(ROOT, "package.json"), "utf8"));
  const { version } = /** @type {{ version: string }} */ (manifest);
  await mkdir(place, { recursive: true });
  for (const [name, text] of Object.entries(templateFiles(version))) {
    await writeFile(join(place, name), text);
  }
}
