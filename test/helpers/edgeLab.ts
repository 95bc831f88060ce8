import { execa } from "execa";
import { haproxyConfig } from "../../components/edge/haproxyConfig.ts";
import { edgeProgram } from "../../components/edge/installProgram.ts";
import { EdgeOnHost } from "../../components/edge/edgeOnHost.ts";
import { THIS_MACHINE } from "../../components/machine/exec.ts";
import { hostRecipe } from "../../lib/edgeRecipe.mjs";
import type { HaproxyVersion } from "../../settings/types.ts";

/** The user of the image. */
const OWNER = "uid=970,gid=970,mode=755";
const ADDRESS = { blue: "127.0.0.2", green: "127.0.0.3" };

/** Answers as both colors' apps, with the address that was asked. */
const APPS = `
frontend apps
  bind ${ADDRESS.blue}:8000
  bind ${ADDRESS.green}:8000
  http-request return status 200 content-type text/plain lf-string "%[dst]"
`;

/** An edge in a container of its own, whose files are in a small file system. */
const APP = { port: 8000, healthPath: "/", healthHost: "localhost", healthHeaders: {} };

export class EdgeLab {
  readonly name: string;
  readonly edge: EdgeOnHost;

  private constructor(name: string) {
    this.name = name;
    this.edge = new EdgeOnHost(name, THIS_MACHINE, name);
  }

  /** @param name Of the container. @param stack Its owner: `<project>/<stack>`. */
  static async start(
    version: HaproxyVersion,
    name = `blue-green-edge-lab-${process.pid}-${version}`,
    stack = "none",
  ): Promise<EdgeLab> {
    const lab = new EdgeLab(name);
    const config = haproxyConfig({
      members: {
        blue: [{ name: "blue-1", address: ADDRESS.blue }],
        green: [{ name: "green-1", address: ADDRESS.green }],
      },
      apps: { blue: APP, green: APP },
      colorHeader: "",
      canaryHeader: { name: "x-canary", value: "true" },
      drainSeconds: 1,
    });
    const volumes = ["--tmpfs", `/edge:size=128k,${OWNER}`, "--tmpfs", `/run/haproxy:${OWNER}`];
    const idle = ["--entrypoint", "sleep", hostRecipe(version).image, "1000"];
    await execa("docker", [
      "run",
      "--detach",
      "--rm",
      "--name",
      lab.name,
      "--label",
      `blue-green.stack=${stack}`,
      ...volumes,
      ...idle,
    ]);
    await lab.sh('eval "$(cat)"', edgeProgram(config + APPS, 1));
    await lab.startBalancer();
    return lab;
  }

  /** As after a restart of the machine: with what is written. */
  async startBalancer(): Promise<void> {
    await this.sh(
      "pkill haproxy; sleep 0.5; haproxy -D -f /edge/haproxy.cfg; " +
        "until echo show info | socat - UNIX-CONNECT:/run/haproxy/admin.sock >/dev/null 2>&1; do sleep 0.1; done",
    );
  }

  async sh(script: string, input = ""): Promise<string> {
    const { stdout } = await execa("docker", ["exec", "-i", this.name, "sh", "-c", script], {
      input,
    });
    return stdout;
  }

  /** The colors of so many answers. */
  async colors(count = 20): Promise<ReadonlySet<string>> {
    const ask =
      "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | socat - TCP:127.0.0.1:8080 | tail -n 1; echo";
    const said = await this.sh(`for _ in $(seq ${count}); do ${ask}; done`);
    const names = Object.entries(ADDRESS);
    return new Set(
      said
        .split("\n")
        .filter(Boolean)
        .map((line) => names.find(([, address]) => address === line.trim())?.[0] ?? line),
    );
  }

  async remove(): Promise<void> {
    await execa("docker", ["rm", "--force", this.name], { reject: false });
  }
}
