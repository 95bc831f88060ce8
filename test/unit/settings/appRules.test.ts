import { expect } from "chai";
import { checkFiles } from "../../../settings/appRules.ts";
import { MINIMAL, settingsFrom } from "../../helpers/settings.ts";

const files = (name: string, path: string) => ({ name, path });

describe("the app's volumes", () => {
  it("are refused where the colors have different machines, with what to do", () => {
    const app = { volumes: [files("uploads", "/data")] };
    expect(checkFiles({ app }, "local")).to.deep.equal([]);
    expect(checkFiles({ app }, "digitalocean")[0]).to.match(
      /^app.volumes: must not be set with target digitalocean.*pulumi config rm --path app.volumes$/s,
    );
  });

  it("have a name and a folder of their own", () => {
    const app = { volumes: [files("a", "/a"), files("a", "/b")], writablePaths: ["/b", "/c"] };
    expect(checkFiles({ app }, "local")).to.deep.equal([
      'app.volumes: each name must be there once, got "a" twice.',
      'app.volumes and app.writablePaths: each path must be there once, got "/b" twice.',
    ]);
  });

  it("name their rule, their value and a valid one", () => {
    const app = {
      volumes: [{ name: "A b", path: "data" }],
      writablePaths: ["/tmp/x", "/"],
      capAdd: ["ALL"],
    };
    expect(() => settingsFrom({ ...MINIMAL, app })).to.throw(
      /volumes\[0\].name: must be a name.*"A b".*volumes\[0\].path: must be an absolute path.*writablePaths\[0\]: must not be in \/tmp.*writablePaths\[1\]: must be an absolute path.*capAdd\[0\]: must be one of/s,
    );
  });
});

describe("values in the JSON of a smoke check", () => {
  const smokeOf = (json: object) =>
    settingsFrom({ ...MINIMAL, smoke: [{ path: "/health", json }] }).smoke[0]?.json;

  it("are texts, whatever the stack file has", () => {
    const json = { "$.database": "ok", "checks[0].is-up": true, n: 3 };
    expect(smokeOf(json)).to.deep.equal({ "$.database": "ok", "checks[0].is-up": "true", n: "3" });
  });

  it("have paths, not objects in each other", () => {
    expect(() => smokeOf({ db: { state: "ok" } })).to.throw(
      `smoke[0].json.db: must be a text of one line, a number or true/false; write a longer path as one name in quotes, got {"state":"ok"}.`,
    );
    for (const path of ["a b", ".a", "a..b", "a[x]", ""]) {
      expect(() => smokeOf({ [path]: "ok" }), path).to.throw("must be a path into the JSON");
    }
  });
});
