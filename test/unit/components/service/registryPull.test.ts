import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import ssh2 from "ssh2";
import { hostKeys } from "../../../../components/machine/hostKeys.ts";
import { type SshTarget, Stranger, Unreachable } from "../../../../components/machine/sshTarget.ts";
import { pullOn } from "../../../../components/service/registryPull.ts";

const keys = hostKeys("s".repeat(32), "blue-green/test", "blue-1");
const PULL = { setting: "blue.image", image: "registry.example.com/app:v1" };

/** Has every image, so that the script needs no registry. */
const DOCKER = "#!/bin/sh\necho sha256:1\n";

/** A real SSH server that runs commands on this machine, and closes its first connections. */
class RebootingHost {
  connections = 0;
  readonly #server: ssh2.Server;

  constructor(folder: string, refusals: number) {
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
    this.#server = new ssh2.Server({ hostKeys: [keys.host.privateKey] }, (client) => {
      client.on("error", () => undefined);
      this.connections += 1;
      if (this.connections <= refusals) return client.end();
      client.on("authentication", (context) => context.accept());
      client.on("session", (accept) =>
        accept().on("exec", (begin, _, { command }) => {
          const channel = begin();
          const child = spawn("sh", ["-c", command], { env });
          channel.pipe(child.stdin);
          child.stdout.pipe(channel, { end: false });
          child.stderr.pipe(channel.stderr, { end: false });
          child.once("close", (code) => {
            channel.exit(code ?? 1);
            channel.end();
          });
        }),
      );
    });
  }

  async start(): Promise<SshTarget> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const { port } = this.#server.address() as AddressInfo;
    return {
      ...{ name: "blue-1", address: "127.0.0.1", port, user: "deploy" },
      ...{ deployKeys: [keys.deploy], hostKeys: [keys.host] },
    };
  }

  stop(): void {
    this.#server.close();
  }
}

describe("a pull on a host that starts again", () => {
  let folder: string;
  let host: RebootingHost;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-pull-"));
    await writeFile(join(folder, "docker"), DOCKER);
    await chmod(join(folder, "docker"), 0o755);
  });
  afterEach(() => host.stop());
  after(() => rm(folder, { recursive: true }));

  const pull = async (refusals: number, attempts: number, more: Partial<SshTarget> = {}) => {
    host = new RebootingHost(folder, refusals);
    const machine = { ...(await host.start()), ...more };
    return pullOn(machine, { ...PULL, attempts }, undefined).catch((error: unknown) => error);
  };

  it("goes on once the host answers", async () => {
    expect(await pull(2, 3)).to.deep.include({ code: 0, stdout: "sha256:1\nsha256:1\n" });
    expect(host.connections).to.equal(3);
  });

  it("is given up after so many attempts", async () => {
    expect(await pull(9, 2)).to.be.instanceOf(Unreachable);
    expect(host.connections).to.equal(2);
  });

  it("is not tried again on a machine with another host key", async () => {
    const other = hostKeys("t".repeat(32), "blue-green/test", "blue-1");
    expect(await pull(0, 3, { hostKeys: [other.host] })).to.be.instanceOf(Stranger);
    expect(host.connections).to.equal(1);
  });
});
