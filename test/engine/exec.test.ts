import { expect } from "chai";
import { exec } from "../../components/machine/exec.ts";
import { openOutput } from "../../components/machine/attach.ts";
import { openOverSsh } from "../../components/machine/sshClient.ts";
import { type SshTarget, Stranger } from "../../components/machine/sshTarget.ts";
import { type SshServer, startSshServer } from "../helpers/sshServer.ts";

describe("a command over SSH", () => {
  let server: SshServer;

  before(async () => {
    server = await startSshServer();
  });
  after(() => server.remove());

  const target = (hostKey = server.hostKey): SshTarget => ({
    ...{ name: "blue-1", address: "127.0.0.1", port: server.port, user: "root" },
    deployKeys: [{ privateKey: server.privateKey }],
    hostKeys: [{ publicKey: hostKey }],
  });

  const run = (command: readonly string[], input = "", timeoutMs = 10_000) =>
    exec(target(), command, { input, timeoutMs });

  it("gets each word unchanged, and its input", async () => {
    const script = 'printf "%s|" "$@"; cat';
    const { code, stdout } = await run(["sh", "-c", script, "sh", "a b", "$HOME", "it's"], "text");
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "a b|$HOME|it's|text" });
  });

  it("returns its exit code and both outputs", async () => {
    const result = await run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect(result).to.deep.equal({ code: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("is killed on the host when it times out", async () => {
    const { code, stderr } = await run(["sleep", "4321"], "", 1000);
    expect(code).to.equal(124);
    expect(stderr).to.equal("blue-1: sleep did not end within 1 seconds");
    const running = "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'sleep 4[3]21' || :";
    expect(await server.run(running)).to.equal("0");
  });

  it("does not run when the host has a different key", async () => {
    const other = server.hostKey.replace(/.{8}$/, "AAAAAAAA");
    const asking = exec(target(other), ["touch", "/tmp/ran"], { timeoutMs: 10_000 });
    expect(await asking.catch((error: unknown) => error)).to.be.instanceOf(Stranger);
    expect(await server.run("ls /tmp")).not.to.include("ran");
  });

  it("gets a terminal, its size and its keys", async () => {
    const script = "stty size; trap 'exit 9' INT; echo ready; while :; do sleep 0.1; done";
    const terminal = { term: "xterm", cols: 91, rows: 17 };
    const { channel, ended } = await openOverSsh(target(), `sh -c "${script}"`, terminal);
    let said = "";
    channel.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("ready")) channel.write("\x03");
    });
    expect(await ended).to.equal(9);
    expect(said).to.include("17 91");
  });

  it("passes its output on byte by byte, with its exit code", async () => {
    const output = await openOutput(target(), ["sh", "-c", "printf 'a\\000\\377'; exit 3"]);
    const chunks = await output.stdout.toArray();
    expect(Buffer.concat(chunks as Buffer[])).to.deep.equal(Buffer.from([97, 0, 255]));
    expect(await output.ended).to.equal(3);
  });

  it("has no exit code when the connection is lost", async () => {
    const { channel, ended } = await openOverSsh(target(), "echo begun; sleep 5432");
    channel.once("data", () => void server.run("kill -9 -1").catch(() => ""));
    const error = await ended.catch((problem: Error) => problem);
    expect(error).to.be.instanceOf(Error);
    expect((error as Error).message).to.include("blue-1 (127.0.0.1): the connection broke");
  });
});
