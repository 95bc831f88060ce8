import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { packageFile } from "../../../lib/packageFolder.mjs";
import { exampleFolder, type ExampleName } from "../../helpers/exampleImages.ts";
import { exampleConfig, SHOP_SECRETS } from "../../helpers/exampleStack.ts";
import { settingsFrom } from "../../helpers/settings.ts";

const EXAMPLES: readonly ExampleName[] = ["django-shop", "flask-sessions", "fastapi-live"];

describe("the examples' stack files", () => {
  for (const name of EXAMPLES) {
    it(`${name}: is valid`, async () => {
      const settings = settingsFrom(await exampleConfig(name));
      expect(settings.pools.blue?.image).to.equal(`${name}:1.0`);
      expect(settings.apps.blue.env["REDIS_URL"]).to.equal("redis://redis:6379/0");
    });

    it(`${name}: takes another base image, and names exact versions of its packages`, async () => {
      const dockerfile = await readFile(`${exampleFolder(name)}Dockerfile`, "utf8");
      expect(dockerfile).to.match(/^ARG BASE=python:3\.13-slim\nFROM \$\{BASE\}\n/);
      const requirements = await readFile(`${exampleFolder(name)}requirements.txt`, "utf8");
      for (const line of requirements.trim().split("\n")) expect(line).to.match(/==[\d.]+$/);
    });
  }

  it("stand in docs/your-app.md with their Dockerfiles", async () => {
    const page = await readFile(packageFile("docs/your-app.md"), "utf8");
    const folder = exampleFolder("django-shop");
    const dockerfile = await readFile(`${folder}Dockerfile`, "utf8");
    expect(page).to.include(`\`\`\`dockerfile\n${dockerfile}\`\`\``);
    const stackFile = await readFile(`${folder}deploy/Pulumi.prod.yaml`, "utf8");
    const inDocs = stackFile.replaceAll("django-shop", "shop");
    expect(page).to.include(`\`\`\`yaml\n${inDocs}\`\`\``);
    const command = /^CMD .*$/m.exec(
      await readFile(`${exampleFolder("fastapi-live")}Dockerfile`, "utf8"),
    );
    expect(page).to.include(command?.[0]);
  });

  it("hold no secret", async () => {
    const { app, services } = await exampleConfig("django-shop");
    expect(app.env).not.to.have.any.keys(Object.keys(SHOP_SECRETS.app));
    expect(services["postgres"]?.env).not.to.have.any.keys(Object.keys(SHOP_SECRETS.postgres));
  });
});
