import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { ROOT } from "../setup/places.mjs";
import { writeTables } from "./tables.ts";

/**
 * Writes the tables of settings in the documentation from the schema; with --check it writes nothing and
 * fails where they are stale.
 */
const DOCUMENTS = ["docs/configuration.md", "docs/releases.md"];

const isCheck = process.argv.includes("--check");
for (const name of DOCUMENTS) {
  const file = join(ROOT, name);
  const text = await readFile(file, "utf8");
  const options = { ...(await resolveConfig(file)), filepath: file };
  const wanted = await format(writeTables(text), options);
  if (wanted === text) continue;
  if (isCheck) {
    console.error(
      `${name}: its tables differ from the schema in settings/. Write them: npm run docs`,
    );
    process.exitCode = 1;
  } else {
    await writeFile(file, wanted);
    console.log(`${name}: written`);
  }
}
