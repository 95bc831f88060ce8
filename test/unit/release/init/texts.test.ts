import { expect } from "chai";
import { load } from "js-yaml";
import { parseSettings } from "../../../../settings/parse.ts";
import { ACCOUNT, OPENSTACK } from "../../../helpers/settings.ts";
import type { Answers } from "../../../../release/init/answers.ts";
import {
  ignoreFileWith,
  manifestWith,
  PROGRAM,
  projectFile,
  stackFile,
  templateFiles,
} from "../../../../release/init/texts.ts";

const ANSWERS: Answers = {
  project: "shop",
  stack: "prod",
  target: "local",
  image: "registry.example.com/shop:1.4.2",
  port: 3000,
  healthPath: "/up",
};

describe("the files written by init", () => {
  it("include a stack file that the settings accept unchanged", () => {
    const { config } = load(stackFile(ANSWERS)) as { config: Record<string, unknown> };
    const values = Object.entries(config).map(([key, value]) => [
      key.replace("shop:", ""),
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const raw = {
      values: Object.fromEntries(values) as Record<string, string>,
      secretKeys: new Set<string>(),
    };
    const settings = parseSettings(
      { ...raw, accounts: { local: undefined, digitalocean: ACCOUNT, ovh: OPENSTACK } },
      "prod",
    );
    expect(settings).to.include({ target: "local", activeColor: "blue", drainSeconds: 30 });
    expect(settings.pools.blue).to.include({ image: ANSWERS.image, count: 2 });
    expect(settings.apps.blue).to.include({ port: 3000, healthPath: "/up" });
    expect(settings.edge).to.include({ port: 8080, previewPort: 8081 });
  });

  it("write an image id as text", () => {
    const image = `sha256:${"0".repeat(64)}`;
    for (const healthPath of ["/up", "/up:", "/up #1"]) {
      const { config } = load(stackFile({ ...ANSWERS, image, healthPath })) as {
        config: { "shop:blue": unknown; "shop:app": unknown };
      };
      expect(config["shop:blue"]).to.deep.equal({ image, count: 2 });
      expect(config["shop:app"]).to.deep.equal({ port: 3000, healthPath });
    }
  });

  it("name the region of a cloud", () => {
    for (const target of ["digitalocean", "ovh"]) {
      const { config } = load(stackFile({ ...ANSWERS, target })) as {
        config: Record<string, { region?: string }>;
      };
      expect(config[`shop:${target}`]?.region, target).to.be.a("string");
      expect(config).not.to.have.property("shop:edge");
    }
  });

  it("add the dependency to a package.json and keep everything else", () => {
    const found =
      '{\n\t"name": "shop",\n\t"type": "module",\n\t"dependencies": {\n\t\t"express": "5"\n\t}\n}\n';
    expect(manifestWith(found, "1.0.0")).to.equal(
      found.replace('"express": "5"', '"express": "5",\n\t\t"blue-green": "1.0.0"'),
    );
    const done = '{"type": "module", "devDependencies": {"blue-green": "file:x.tgz"}}';
    expect(manifestWith(done, "1.0.0")).to.equal(done);
  });

  it("keep the tarball that npm was given", () => {
    const found = '{\n  "dependencies": {\n    "blue-green": "file:x.tgz"\n  }\n}\n';
    expect(JSON.parse(manifestWith(found, "1.0.0"))).to.deep.equal({
      dependencies: { "blue-green": "file:x.tgz" },
      type: "module",
    });
  });

  it("add lines to .gitignore once", () => {
    expect(ignoreFileWith("")).to.equal("node_modules/\n.pulumi/\n");
    expect(ignoreFileWith("dist\n/node_modules")).to.equal("dist\n/node_modules\n.pulumi/\n");
    const done = ignoreFileWith("dist\n");
    expect(ignoreFileWith(done)).to.equal(done);
  });

  it("match the template for pulumi new", () => {
    const files = templateFiles("1.2.3");
    expect(Object.keys(files)).to.deep.equal([
      ...["Pulumi.yaml", "index.ts", "package.json", ".gitignore"],
    ]);
    expect(files["index.ts"]).to.equal(PROGRAM);
    const { template, ...project } = load(files["Pulumi.yaml"] ?? "") as Record<string, unknown>;
    expect(template).to.have.property("config").with.keys("target", "activeColor");
    expect(project).to.deep.equal({
      ...(load(projectFile("${PROJECT}", "index.ts")) as object),
      description: "${DESCRIPTION}",
    });
  });
});
