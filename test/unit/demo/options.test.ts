import { expect } from "chai";
import { imageTags } from "../../../demo/images.ts";
import { parseDemoOptions } from "../../../demo/options.ts";
import { UserError } from "../../../lib/userError.ts";

const parse = (...words: string[]) => parseDemoOptions(words, "demo");

describe("the demo's options", () => {
  it("default to the stack blue and its ports", () => {
    const options = { target: "local", stack: "blue", isNamed: false, help: false };
    expect(parse()).to.deep.equal(options);
  });

  it("accept ports and a stack", () => {
    const options = parse("--port", "9080", "--preview-port=9081", "--stack", "second");
    expect(options).to.include({ stack: "second", port: 9080, previewPort: 9081 });
  });

  it("accept a cloud, in which the demo has its own stack", () => {
    expect(parse("--target", "digitalocean")).to.include({
      target: "digitalocean",
      stack: "demo-do",
    });
    expect(parse("--target=ovh", "--stack", "mine")).to.include({ target: "ovh", stack: "mine" });
  });

  it("reject invalid values by name", () => {
    const cases: readonly (readonly [string[], RegExp])[] = [
      [["--port", "80a"], /--port: must be a port from 1 to 65535, got "80a"/],
      [["--port", "70000"], /got "70000"/],
      [["--port", "9080", "--preview-port", "9080"], /must differ, got 9080/],
      [["--stack", "a/b"], /--stack: .*got "a\/b"/],
      [["--target", "gcp"], /--target: must be local, digitalocean or ovh, got "gcp"/],
      [
        ["--target", "ovh", "--port", "80"],
        /^--port: only works with --target local; .* Leave it out/,
      ],
      [
        ["--target", "ovh", "--preview-port", "80"],
        /^--preview-port: only works with --target local/,
      ],
      [["--fast"], /Unknown option '--fast'. See the options: npm run demo -- --help/],
    ];
    for (const [words, message] of cases)
      expect(() => parse(...words)).to.throw(UserError, message);
  });

  it("accept no ports for the removal", () => {
    const words = ["--port", "9080"];
    expect(() => parseDemoOptions(words, "demo:remove")).to.throw(
      UserError,
      /demo:remove -- --help/,
    );
  });
});

describe("the demo's images", () => {
  it("are the quick-start stack's own, and separate for every other stack", () => {
    expect(imageTags("blue")).to.deep.equal({ v1: "blue-green-app:v1", v2: "blue-green-app:v2" });
    expect(imageTags("second").v1).to.equal("blue-green-app:v1-second");
  });
});
