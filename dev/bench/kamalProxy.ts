import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { hashOf } from "../setup/places.mjs";
import { BASE_TAG } from "../setup/images.mjs";
import type { TestStack } from "../../test/helpers/testStack.ts";
import { addressOf } from "./backend.ts";
import { atEnd } from "./cleanUp.ts";
import { say } from "./progress.ts";

const SOURCE = fileURLToPath(new URL("kamal-proxy/", import.meta.url));
const MODULE = "github.com/basecamp/kamal-proxy";
const BUILD_MS = 10 * 60_000;

/** The version that go.mod names. */
export async function kamalVersion(): Promise<string> {
  const text = await readFile(join(SOURCE, "go.mod"), "utf8");
  return new RegExp(`require ${MODULE} (\\S+)`).exec(text)?.[1] ?? "unknown";
}

/** Builds the program where that has not been done before, and returns its path. */
async function buildProgram(): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "blue-green");
  const program = join(folder, `kamal-proxy-${await hashOf([SOURCE])}`);
  if (await exists(program)) return program;
  say("building kamal-proxy (half a minute)");
  await mkdir(folder, { recursive: true });
  // As its own Makefile does, and moved into place when it is whole.
  const args = ["build", "-trimpath", "-o", `${program}.new`, `${MODULE}/cmd/kamal-proxy`];
  await execa("go", args, { cwd: SOURCE, env: { CGO_ENABLED: "0" }, timeout: BUILD_MS }).catch(
    (error: unknown) => {
      throw new Error(
        `kamal-proxy could not be built. It needs Go (https://go.dev/dl) and its module.`,
        { cause: error },
      );
    },
  );
  await rename(`${program}.new`, program);
  return program;
}

/** Builds the image, and returns its tag. */
export async function buildKamalProxy(): Promise<string> {
  const tag = "blue-green-bench:kamal-proxy";
  const folder = await mkdtemp(join(tmpdir(), "blue-green-bench-"));
  try {
    await copyFile(await buildProgram(), join(folder, "kamal-proxy"));
    const file = join(SOURCE, "Dockerfile");
    const args = ["build", "--tag", tag, "--build-arg", `BASE=${BASE_TAG}`, "--file", file, folder];
    await execa("docker", args);
  } finally {
    await rm(folder, { recursive: true });
  }
  atEnd(() => execa("docker", ["image", "rm", tag]));
  return tag;
}

/** A kamal-proxy in the network of a stack, with the limits and the hardening of its balancer. */
export class KamalProxy {
  readonly container: string;
  readonly url: string;

  private constructor(container: string, address: string) {
    this.container = container;
    this.url = `http://${address}:8080/`;
  }

  /** With `isSilent` nobody keeps what it logs of each request. */
  static async start(
    image: string,
    stack: TestStack,
    { isSilent }: { isSilent: boolean },
  ): Promise<KamalProxy> {
    const container = `blue-green-${stack.name}-kamal${isSilent ? "-silent" : ""}`;
    // Kamal itself starts it with this one limit of its log.
    const log = isSilent ? ["none"] : ["json-file", "--log-opt", "max-size=10m"];
    await execa("docker", [
      ...["run", "--detach", "--name", container, "--network", `blue-green-${stack.name}`],
      ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only"],
      ...["--tmpfs", "/tmp", "--memory", "512m", "--pids-limit", "256", "--log-driver", ...log],
      ...["--volume", "/home/kamal-proxy/.config/kamal-proxy", image],
    ]);
    atEnd(() => execa("docker", ["rm", "--force", "--volumes", container]));
    return new KamalProxy(container, await addressOf(container));
  }

  /** What Kamal runs on a host when a new container is to take the traffic. */
  deployCommand(targets: readonly string[]): string[] {
    const flags = targets.flatMap((target) => ["--target", `${target}:8000`]);
    return ["kamal-proxy", "deploy", "app", ...flags, "--health-check-path", "/health"];
  }

  async deploy(targets: readonly string[]): Promise<void> {
    await execa("docker", ["exec", this.container, ...this.deployCommand(targets)]);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
