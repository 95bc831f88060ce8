import { expect } from "chai";
import { buildApp } from "../helpers/images.ts";
import { buildStatic } from "../helpers/staticImage.ts";
import { TestStack, docker } from "../helpers/testStack.ts";

interface Inspected {
  readonly Config: { readonly User: string; readonly StopTimeout?: number };
  readonly HostConfig: {
    readonly SecurityOpt: readonly string[];
    readonly CapDrop: readonly string[];
    readonly CapAdd: readonly string[] | null;
    readonly Privileged: boolean;
    readonly ReadonlyRootfs: boolean;
    readonly Tmpfs: Readonly<Record<string, string>>;
    readonly Binds: readonly string[] | null;
    readonly Memory: number;
    readonly NanoCpus: number;
    readonly PidsLimit: number;
    readonly LogConfig: unknown;
    readonly RestartPolicy: unknown;
    readonly PortBindings: Readonly<Record<string, unknown>> | null;
  };
}

const LOGS_LIMITED = { Type: "json-file", Config: { "max-file": "3", "max-size": "10m" } };

describe("the containers of a stack", () => {
  let stack: TestStack;
  let app: Inspected;
  let rootless: Inspected;
  let edge: Inspected;

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 1 },
      green: { image: await buildStatic(), count: 1 },
      app: { memoryMb: 256, cpus: 0.5, pids: 128, stopSeconds: 12 },
    });
    await stack.mustUp();
    app = await inspect(stack.container("blue", 1));
    rootless = await inspect(stack.container("green", 1));
    edge = await inspect(stack.edge);
  });
  after(() => stack.remove());

  it("run without root, even if the image's own user is root", () => {
    expect(app.Config.User).to.equal("10001:10001");
    expect(rootless.Config.User).to.equal("65534:65534");
    expect(edge.Config.User).to.match(/^(?!0\b|root\b).+/);
  });

  it("have no capabilities, no new privileges and a read-only root", () => {
    for (const { HostConfig: host } of [app, rootless, edge]) {
      expect(host.CapDrop).to.deep.equal(["ALL"]);
      expect(host.CapAdd ?? []).to.deep.equal([]);
      expect(host.SecurityOpt).to.deep.equal(["no-new-privileges"]);
      expect(host.Privileged).to.equal(false);
      expect(host.ReadonlyRootfs).to.equal(true);
      expect(host.Tmpfs).to.have.property("/tmp");
    }
    expect(app.HostConfig.Binds ?? []).to.deep.equal([]);
  });

  it("run with these limits in the kernel", async () => {
    const status = await docker("exec", stack.container("blue", 1), "cat", "/proc/1/status");
    expect(status).to.match(/^Uid:\t10001\t10001\t10001\t10001$/m);
    expect(status).to.match(/^CapEff:\t0+$/m);
    expect(status).to.match(/^CapBnd:\t0+$/m);
    expect(status).to.match(/^NoNewPrivs:\t1$/m);
  });

  it("have limits on memory, processors, processes and logs", () => {
    for (const { HostConfig: host } of [app, rootless]) {
      expect(host).to.include({ Memory: 256 * 2 ** 20, NanoCpus: 5e8, PidsLimit: 128 });
    }
    expect(edge.HostConfig).to.include({ Memory: 512 * 2 ** 20, PidsLimit: 256 });
    for (const { HostConfig: host } of [app, rootless, edge]) {
      expect(host.LogConfig).to.deep.equal(LOGS_LIMITED);
    }
  });

  it("restart with Docker, and the app's containers get time to stop", () => {
    for (const { HostConfig: host } of [app, rootless, edge]) {
      expect(host.RestartPolicy).to.deep.equal({ Name: "unless-stopped", MaximumRetryCount: 0 });
    }
    expect(app.Config.StopTimeout).to.equal(12);
  });

  it("publish only the balancer's ports, with the preview on loopback", () => {
    expect(app.HostConfig.PortBindings ?? {}).to.deep.equal({});
    expect(rootless.HostConfig.PortBindings ?? {}).to.deep.equal({});
    expect(edge.HostConfig.PortBindings).to.deep.equal({
      "8080/tcp": [{ HostIp: "", HostPort: String(stack.port) }],
      "8081/tcp": [{ HostIp: "127.0.0.1", HostPort: String(stack.previewPort) }],
    });
  });
});

async function inspect(container: string): Promise<Inspected> {
  const [found] = JSON.parse(await docker("container", "inspect", container)) as Inspected[];
  if (!found) throw new Error(`no container ${container}`);
  return found;
}
