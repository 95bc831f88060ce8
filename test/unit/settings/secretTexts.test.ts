import { expect } from "chai";
import { secretsOf } from "../../../settings/secretTexts.ts";

describe("the secrets of a stack file", () => {
  const values = {
    app: { healthPath: "/ping", env: { TOKEN: "hunter2", LEVEL: "debug" } },
    smoke: [{ path: "/a" }, { path: "/b", headers: { Authorization: "Basic x" } }],
    canary: { weight: 5, header: "x-tester: gandalf" },
    release: { source: "probe", probe: { path: "/probe" } },
  };
  const secure = { secure: "v1:…" };

  it("are the encrypted values alone", () => {
    const file = {
      app: { healthPath: "/ping", env: { TOKEN: secure, LEVEL: "debug" } },
      smoke: [{ path: "/a" }, { path: "/b", headers: { Authorization: secure } }],
    };
    const secrets = secretsOf(values, new Set(["app", "smoke"]), file);
    expect(["hunter2", "Basic x"].map((text) => secrets.isIn(text))).to.deep.equal([true, true]);
    const open = ["/ping", "debug", "/a", "/b"];
    expect(open.map((text) => secrets.isIn(text))).to.deep.equal(open.map(() => false));
  });

  it("are all texts of a key, where the file is unknown or the key is secret as a whole", () => {
    for (const file of [undefined, { app: secure }, {}]) {
      const secrets = secretsOf(values, new Set(["app"]), file);
      const texts = ["/ping", "debug", "hunter2"];
      expect(texts.map((text) => secrets.isIn(text))).to.deep.equal([true, true, true]);
    }
  });

  it("include each word of a command, as it is used", () => {
    const command = { app: { command: "serve --key 'hunter2 and more'", healthPath: "/ping" } };
    const secrets = secretsOf(command, new Set(["app"]), { app: { command: secure } });
    const texts = ["hunter2 and more", "--key"];
    expect(texts.map((text) => secrets.isIn(text))).to.deep.equal([true, true]);
    expect(secrets.isIn("/ping")).to.equal(false);
  });

  it("include the value of a canary's header by itself, and no listed value", () => {
    const keys = new Set(["canary", "release"]);
    const secrets = secretsOf(values, keys, { canary: { header: secure }, release: secure });
    expect(secrets.isIn("str -i 'gandalf'")).to.equal(true);
    expect(secrets.isIn("x-tester")).to.equal(false);
    expect(secrets.isIn("probe")).to.equal(false);
  });
});
