import { expect } from "chai";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { exec } from "../../../../components/machine/exec.ts";
import { type SshTarget, Unreachable } from "../../../../components/machine/sshTarget.ts";
import { hostKeys } from "../../../../components/machine/hostKeys.ts";

const SILENT_SERVER = fileURLToPath(new URL("silentServer.mjs", import.meta.url));

const keys = hostKeys("s".repeat(32), "blue-green/test", "edge-1");

const target = (port: number): SshTarget => ({
  ...{ name: "edge-1", address: "127.0.0.1", port, user: "deploy" },
  ...{ deployKeys: [keys.deploy], hostKeys: [keys.host] },
});

const saidOf = async (port: number): Promise<string> => {
  const outcome = await exec(target(port), ["true"], { timeoutMs: 1000 }).catch(
    (error: unknown) => error,
  );
  expect(outcome).to.be.instanceOf(Unreachable);
  return (outcome as Unreachable).message;
};

describe("a command over SSH", () => {
  let server: Server | undefined;
  let silent: ChildProcess | undefined;
  const sockets: Socket[] = [];

  afterEach(() => {
    server?.close();
    silent?.kill("SIGKILL");
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  it("reports that nothing listens", async () => {
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    expect(await saidOf(port)).to.match(/^edge-1 \(127\.0\.0\.1\): .*ECONNREFUSED/);
  });

  it("reports that the connection was closed", async () => {
    server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(server, "listening");
    expect(await saidOf((server.address() as AddressInfo).port)).to.match(
      /^edge-1 \(127\.0\.0\.1\): /,
    );
  });

  it("gives up on a silent host long before the login timeout", async function () {
    this.timeout(30_000);
    silent = fork(SILENT_SERVER);
    const [port] = (await once(silent, "message")) as [number];
    await fillBacklog(port, sockets);
    expect(await saidOf(port)).to.equal("edge-1 (127.0.0.1): does not answer within 5 seconds.");
  });
});

/** Connects until the kernel stops answering, since nothing accepts from its queue. */
async function fillBacklog(port: number, sockets: Socket[]): Promise<void> {
  for (let i = 0; i < 10; i++) {
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    const isOpen = await Promise.race([
      once(socket, "connect").then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
    ]);
    if (!isOpen) return;
  }
  throw new Error("The kernel takes any number of connections.");
}
