import { expect } from "chai";
import { allSettings, pathOf, pathText, settingAt } from "../../../settings/catalog.ts";
import { removeCommand, setCommand } from "../../../settings/remedies.ts";

describe("the catalog of settings", () => {
  it("has a description and a type for every value that a user sets", () => {
    const isEntry = (path: readonly (string | number)[]) => path.at(-1) === "*";
    const silent = allSettings().filter(
      ([path, { kind, about }]) =>
        kind !== "group" && !isEntry(path) && (!about.description || !about.form),
    );
    expect(silent.map(([path]) => pathText(path))).to.deep.equal([]);
  });

  it("has a valid example or default for every value", () => {
    const without = allSettings().filter(
      ([, { kind, about, ...one }]) =>
        kind === "value" && about.example === undefined && one.default === undefined,
    );
    expect(without.map(([path]) => pathText(path))).to.deep.equal([]);
  });

  it("reads through defaults, lists, records and preprocessed values", () => {
    const step = settingAt(["release", "steps", 3]);
    expect([step?.kind, step?.about.example]).to.deep.equal(["group", "5%"]);
    const count = settingAt(["blue", "count"]);
    expect([count?.kind, count?.default, count?.isRequired]).to.deep.equal(["value", 2, false]);
    expect(settingAt(["blue", "image"])?.isRequired).to.equal(true);
    expect(settingAt(["app", "env", "ANY"])?.kind).to.equal("value");
    expect(settingAt(["blue", "counts"])).to.equal(undefined);
  });

  it("writes paths in the CLI's syntax", () => {
    const path = ["smoke", 0, "headers", 'a."b'];
    expect(pathText(path)).to.equal(String.raw`smoke[0].headers["a.\"b"]`);
    expect(pathOf("ssh.allowedCidrs[0]")).to.deep.equal(["ssh", "allowedCidrs", 0]);
  });
});

describe("the command for a setting", () => {
  it("quotes for the shell where necessary", () => {
    expect(setCommand("ovh.image")).to.equal("pulumi config set --path ovh.image 'Debian 13'");
    expect(setCommand("app.env.X", "it's")).to.equal(
      String.raw`pulumi config set --path app.env.X 'it'\''s'`,
    );
    expect(setCommand("tls.domains[0]")).to.equal(
      "pulumi config set --path 'tls.domains[0]' app.example.com",
    );
    expect(removeCommand(["blue", "env", "a b"])).to.equal(
      `pulumi config rm --path 'blue.env["a b"]'`,
    );
  });

  it("states the value's type when the CLI would have to guess", () => {
    expect(setCommand("ssh.secret")).to.equal(
      'pulumi config set --secret --path ssh.secret -- "$(openssl rand -hex 32)"',
    );
    expect(setCommand("tls.secretRef")).to.match(/^pulumi config set --plaintext --path/);
    expect(setCommand("app.env.KEY", "v")).not.to.include("--secret");
    expect(setCommand("app.env.KEY", "v", true)).to.include("set --secret --path app.env.KEY v");
  });
});
