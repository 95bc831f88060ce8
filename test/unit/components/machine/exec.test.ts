import { expect } from "chai";
import { exec, execOutput, THIS_MACHINE } from "../../../../components/machine/exec.ts";

const run = (command: readonly string[], input = "", timeoutMs = 10_000) =>
  exec(THIS_MACHINE, command, { input, timeoutMs });

describe("a command on this machine", () => {
  it("gets each word unchanged, and its input", async () => {
    const script = 'printf "%s|" "$@"; cat';
    const { code, stdout } = await run(["sh", "-c", script, "sh", "a b", "$HOME", "it's"], "text");
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "a b|$HOME|it's|text" });
  });

  it("returns its exit code and both outputs", async () => {
    const result = await run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect(result).to.deep.equal({ code: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("is killed when it times out", async () => {
    const { code, stderr } = await run(["sleep", "30"], "", 200);
    expect(code).to.equal(124);
    expect(stderr).to.equal("sleep did not end within 0.2 seconds");
  });

  it("is ended with all that it has started when it times out", async () => {
    const { stdout } = await run(["sh", "-c", "sleep 30 & echo $!; wait"], "", 200);
    // Its entry may stay until it is reaped.
    const state = await run(["ps", "-o", "stat=", "-p", stdout.trim()]);
    expect(state.stdout.trim()).to.match(/^(Z.*)?$/);
  });

  it("is out of reach of a Ctrl-C at the terminal, which is for the program to answer", async () => {
    const { stdout } = await run(["sh", "-c", "ps -o pgid= -p $$; echo $$"]);
    const [group, leader] = stdout.split("\n").map((line) => line.trim());
    expect(group).to.equal(leader);
  });

  it("succeeds even if it does not read its input", async () => {
    expect((await run(["true"], "x".repeat(2 ** 20))).code).to.equal(0);
  });

  it("fails when the program does not exist", async () => {
    const { code, stderr } = await run(["no-such-program"]);
    expect(code).to.equal(127);
    expect(stderr).to.include("no-such-program");
  });

  it("throws its output as the error when a caller needs the output", async () => {
    const failing = execOutput(THIS_MACHINE, ["sh", "-c", "echo broken >&2; exit 1"], {
      timeoutMs: 10_000,
    });
    const message = await failing.catch((error: Error) => error.message);
    expect(message).to.equal("broken");
  });
});
