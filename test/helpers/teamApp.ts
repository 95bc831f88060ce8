import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TESTED_APP } from "./images.ts";

/** A version of a team's app; its own test checks for it on the idle color. */
export async function writeApp(folder: string, version: string): Promise<void> {
  const lines = [`FROM ${TESTED_APP}:v1`, `ENV APP_VERSION=${version}`, ""];
  await writeFile(join(folder, "Dockerfile"), lines.join("\n"));
  await writeFile(join(folder, "test.sh"), acceptance(version));
  await chmod(join(folder, "test.sh"), 0o755);
}

function acceptance(version: string): string {
  return `#!/bin/sh
set -eu
node -e 'fetch(process.env.PREVIEW_URL).then((answer) => answer.text()).then((text) => {
  console.log("the idle color says", text);
  process.exitCode = text.includes(process.argv[1]) ? 0 : 1;
})' '"${version}"'
`;
}
