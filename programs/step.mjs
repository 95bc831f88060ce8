// The entry point of all steps; see lib/step.ts. A package holds compiled code; a checkout runs its sources
// directly.
import { existsSync } from "node:fs";
import { URL } from "node:url";

if (existsSync(new URL("run.ts", import.meta.url))) {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./run.ts");
} else {
  const compiled = new URL("../dist/programs/run.js", import.meta.url);
  await import(compiled.href);
}
