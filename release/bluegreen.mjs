#!/usr/bin/env node
// A package holds compiled code; a checkout runs its sources directly.
import { existsSync } from "node:fs";
import { URL } from "node:url";

if (existsSync(new URL("cli/main.ts", import.meta.url))) {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./cli/main.ts");
} else {
  const compiled = new URL("../dist/release/cli/main.js", import.meta.url);
  await import(compiled.href);
}
