import { expect } from "chai";
import { describeChange, envChanges, readVariables } from "../../../../release/plan/envChanges.ts";

describe("the variables of a dotenv file", () => {
  it("are read with quotes, comments and several lines", () => {
    const text = `# comment\nexport A=1\nB="x y" # more\nKEY="-----BEGIN-----\nab\n-----END-----"\nE=\n`;
    expect(readVariables(text, ".env")).to.deep.equal({
      ...{ A: "1", B: "x y", E: "" },
      KEY: "-----BEGIN-----\nab\n-----END-----",
    });
  });

  it("are refused in one message without values, if one has a name that can't be set", () => {
    expect(() => readVariables("GOOD=1\nmy-name=hunter2\nPORT=80\n", "my.env")).to.throw(
      "--file: my.env has variables that can't be set, so nothing was changed. Correct or remove them there:\n" +
        "  my-name: must be a name of letters, digits and _\n" +
        "  PORT: is set by this program and can't be changed",
    );
    expect(() => readVariables("# nothing\n", "my.env")).to.throw(
      "--file: must have lines such as LOG_LEVEL=info, but my.env has none.",
    );
  });
});

describe("what a dotenv file changes", () => {
  const plain = { app: { env: { SAME: 1, OTHER: "a", TOKEN: "hunter2", OPEN: "b" } } };
  const file = { app: { env: { ...plain.app.env, TOKEN: { secure: "v1:…" } } } };
  const changesOf = (variables: Record<string, string>, asSecrets = false) =>
    envChanges(variables, "app", asSecrets, plain, file);

  it("is what differs; a secret stays a secret", () => {
    const changes = changesOf({ SAME: "1", OTHER: "b", TOKEN: "hunter3", NEW: "" });
    expect(changes.map(describeChange)).to.deep.equal([
      "app.env.OTHER (changed)",
      "app.env.TOKEN (changed, secret)",
      "app.env.NEW (new)",
    ]);
    expect(changesOf({ TOKEN: "hunter2" })).to.deep.equal([]);
  });

  it("is also that a value becomes a secret", () => {
    expect(changesOf({ OPEN: "b", TOKEN: "hunter2" }, true).map(describeChange)).to.deep.equal([
      "app.env.OPEN (changed, secret)",
    ]);
    const [own] = envChanges({ A: "1" }, "green", false, {}, {});
    expect(own).to.deep.equal({ key: "green.env.A", value: "1", isSecret: false, isNew: true });
  });
});
