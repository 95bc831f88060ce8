import { expect } from "chai";
import { exec, execOutput, THIS_MACHINE } from "../../../../components/machine/exec.ts";

const run = (command: readonly string[], input = "", timeoutMs = 10_000) =>
  exec(THIS_MACHINE, command, { input, timeoutMs });

describe("a command on this machine", () => {
  it("gets each word as it stands, and its input", async () => {
    const script = 'printf "%s|" "$@"; cat';
    const { code, stdout } = await run(["sh", "-c", script, "sh", "a b", "$HOME", "it's"], "text");
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "a b|$HOME|it's|text" });
  });

  it("gives back its code and both outputs", async () => {
    const result = await run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect(result).to.deep.equal({ code: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("is ended when its time is over", async () => {
    const { code, stderr } = await run(["sleep", "30"], "", 200);
    expect(code).to.equal(124);
    expect(stderr).to.equal("sleep did not end within 0.2 seconds");
  });

  it("is judged by its code where it reads no input", async () => {
    expect((await run(["true"], "x".repeat(2 ** 20))).code).to.equal(0);
  });

  it("fails where there is no such program", async () => {
    const { code, stderr } = await run(["no-such-program"]);
    expect(code).to.equal(127);
    expect(stderr).to.include("no-such-program");
  });

  it("throws what it says where its output is what counts", async () => {
    const failing = execOutput(THIS_MACHINE, ["sh", "-c", "echo broken >&2; exit 1"], {
      timeoutMs: 10_000,
    });
    const message = await failing.catch((error: Error) => error.message);
    expect(message).to.equal("broken");
  });
});
