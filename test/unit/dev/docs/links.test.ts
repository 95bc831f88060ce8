import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { expect } from "chai";
import packageJson from "../../../../package.json" with { type: "json" };

const ROOT = new URL("../../../../", import.meta.url).pathname;

/** npm ships the README too; its links to what is for contributors are for the repository. */
async function shippedPages(): Promise<string[]> {
  const docs = (await readdir(join(ROOT, "docs"))).filter((name) => name.endsWith(".md"));
  return [...docs.map((name) => `docs/${name}`), "CHANGELOG.md"];
}

describe("the links between the pages of the package", () => {
  it("lead to files that are in the package too", async () => {
    const pages = await shippedPages();
    const links = await Promise.all(
      pages.map(async (page) => {
        const text = await readFile(join(ROOT, page), "utf8");
        return [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, to = ""]) => ({
          page,
          to: normalize(join(dirname(page), to)),
        }));
      }),
    );
    const isShipped = (path: string) =>
      packageJson.files.some((one) => path === one || `${path}/`.startsWith(one)) ||
      path === "README.md";
    const all = links.flat();
    expect(all.some(({ to }) => to.startsWith("examples"))).to.equal(true);
    const broken = all.filter(({ to }) => !existsSync(join(ROOT, to)) || !isShipped(to));
    expect(broken).to.deep.equal([]);
  });
});
