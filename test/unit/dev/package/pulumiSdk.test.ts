import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { transform } from "esbuild";
import { execa } from "execa";
import * as parts from "../../../../dev/package/pulumiSdk.mjs";
import * as runtime from "../../../../dev/package/pulumiRuntime.mjs";
import { ROOT } from "../../../../dev/setup/places.mjs";

const PARTS = new URL("../../../../dev/package/pulumiSdk.mjs", import.meta.url).href;
const SOURCES = ["components", "stacks", "settings.ts"];
const SDKS = ["command", "digitalocean", "openstack"].map((name) => `node_modules/@pulumi/${name}`);

/** The code of files and folders, without comments and types. */
async function codeOf(paths: readonly string[]): Promise<string> {
  const files = await Promise.all(
    paths.map(async (path) => {
      const inside = await readdir(join(ROOT, path), { recursive: true }).catch(() => undefined);
      return inside?.map((name) => join(ROOT, path, name)) ?? [join(ROOT, path)];
    }),
  );
  const code = files.flat().filter((file) => /(?<!\.d)\.(ts|js)$/.test(file));
  const texts = code.map(async (file) => {
    const text = await readFile(file, "utf8");
    if (!text.includes("pulumi")) return "";
    return (await transform(text, { loader: file.endsWith("ts") ? "ts" : "js" })).code;
  });
  return (await Promise.all(texts)).join("\n");
}

describe("the parts of Pulumi's SDK in the package", function () {
  this.timeout(120_000);

  it("include everything that the program and its providers' SDKs use", async () => {
    const code = await codeOf([...SOURCES, ...SDKS]);
    const namesAfter = (pattern: RegExp) =>
      [...new Set([...code.matchAll(pattern)].map(([, name = ""]) => name))].sort();
    const used = namesAfter(/(?<![\w./@-])pulumi\.([A-Za-z]+)/g);
    expect(used).to.include.members([
      "ComponentResource",
      "CustomResource",
      "ResourceHook",
      "runtime",
    ]);
    expect(used.filter((name) => !(name in parts))).to.deep.equal([]);
    const called = namesAfter(/(?<![\w/])(?:pulumi\.)?runtime\d*\.([A-Za-z]+)/g);
    expect(called).to.include.members(["allConfig", "invoke", "registerResourceModule"]);
    expect(called.filter((name) => !(name in runtime))).to.deep.equal([]);
    const logged = namesAfter(/pulumi\.log\.([A-Za-z]+)/g);
    expect(logged.filter((name) => !(name in parts.log))).to.deep.equal([]);
  });

  it("include neither the TypeScript compiler nor npm's package tree", async () => {
    const program = `await import(${JSON.stringify(PARTS)});
      const { createRequire } = await import("node:module");
      console.log(Object.keys(createRequire(${JSON.stringify(PARTS)}).cache).join("\\n"));`;
    const args = ["--input-type=module", "--eval", program];
    const { stdout } = await execa(process.execPath, args, { cwd: ROOT });
    expect(stdout).to.include("@pulumi/pulumi/output.js");
    expect(stdout).not.to.match(/arborist|typescript\.js/);
  });
});
