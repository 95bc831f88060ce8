import { expect } from "chai";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../../../dev/setup/places.mjs";

/** A line of the plugin's tables: the Terraform provider's name, Pulumi's module and type. */
const LINE = /^\t"(openstack_\w+)": +\{"(\w+)", "(\w+)"\},$/gm;

describe("the OpenStack plugin that the set-up builds", () => {
  it("has the npm package's types under the tokens that it uses", async () => {
    const source = await readFile(join(ROOT, "dev/builds/openstack-plugin/main.go"), "utf8");
    const lines = [...source.matchAll(LINE)];
    expect(lines.length).to.be.greaterThan(20);
    for (const [, name, module = "", type = ""] of lines) {
      const token = `${module}/${type.slice(0, 1).toLowerCase()}${type.slice(1)}:${type}`;
      expect(await tokensOf(module), name).to.include(`openstack:${token}`);
    }
  });
});

async function tokensOf(module: string): Promise<string[]> {
  const folder = join(ROOT, "node_modules/@pulumi/openstack", module);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".js"));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.join("\n").match(/openstack:[\w/]+:\w+/g) ?? [];
}
