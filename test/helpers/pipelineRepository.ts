import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { LABEL } from "../../dev/emulators/labels.ts";
import { type Registry, startRegistry } from "../../dev/emulators/registry/registry.ts";
import { buildApp } from "./images.ts";
import { writeApp } from "./teamApp.ts";
import { type StackConfig, TestStack } from "./testStack.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A password that must not appear in any log. */
export const LOGIN = { user: "pusher", password: "hidden-word-4711" };
export const PASSPHRASE = "correct-horse-battery";

export interface Team {
  /**
   * Where their state is, and the credentials for it, as Pulumi reads them; a folder by default.
   */
  readonly state?: Readonly<Record<string, string>>;
  readonly config?: StackConfig;
}

/**
 * A team's repository: this project with the team's app in app/, a stack file, a pipeline, a
 * registry that requires a login, and a stack that has been brought up.
 */
export class PipelineRepository {
  readonly folder: string;
  readonly stack: TestStack;
  /** Without a tag. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #registry: Registry;
  readonly #state: string;

  private constructor(parts: {
    folder: string;
    state: string;
    stack: TestStack;
    registry: Registry;
    image: string;
    environment: Readonly<Record<string, string>>;
  }) {
    this.folder = parts.folder;
    this.#state = parts.state;
    this.stack = parts.stack;
    this.#registry = parts.registry;
    this.image = parts.image;
    this.environment = parts.environment;
  }

  /** @param pipeline File of pipelines/, and where a team copies it to. */
  static async create(
    pipeline: readonly [from: string, to: string],
    { state: elsewhere, config: more = {} }: Team = {},
  ): Promise<PipelineRepository> {
    const state = await mkdtemp(join(tmpdir(), "blue-green-state-"));
    const folder = await mkdtemp(join(tmpdir(), "blue-green-repository-"));
    const environment = {
      PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
      ...elsewhere,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    };
    const name = `blue-green-registry-${randomBytes(4).toString("hex")}`;
    const labels = { [LABEL]: name };
    const registry = await startRegistry({ name, labels, network: "bridge", login: LOGIN });
    const image = `${await registry.localAddress()}/shop`;
    const stack = await TestStack.create({ ...(await config()), ...more }, environment);
    const parts = { folder, state, stack, registry, image, environment };
    const repository = new PipelineRepository(parts);
    try {
      await stack.mustUp();
      await repository.#fill(pipeline);
      return repository;
    } catch (error) {
      await repository.remove();
      throw error;
    }
  }

  async #fill([from, to]: readonly [string, string]): Promise<void> {
    const { folder, stack } = this;
    const list = ["git ls-files -z --cached --others --exclude-standard", "tar -c --null -T -"];
    await execa("sh", ["-c", `${list.join(" | ")} | tar -x -C "$1"`, "sh", folder], { cwd: ROOT });
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await cp(join(ROOT, "pipelines", from), join(folder, to));
    const file = `Pulumi.${stack.name}.yaml`;
    await cp(join(stack.folder, file), join(folder, file));
    await this.git("init", "--quiet", "--initial-branch", "main");
    await this.git("config", "user.name", "Ann");
    await this.git("config", "user.email", "ann@example.com");
    await this.git("remote", "add", "origin", "https://github.com/acme/shop.git");
  }

  /** A new version of the app; its own test checks for it on the idle color. */
  async commit(version: string): Promise<string> {
    await writeApp(join(this.folder, "app"), version);
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", `Make it ${version}`);
    return this.git("rev-parse", "HEAD");
  }

  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await execa("git", args, { cwd: this.folder });
    return stdout;
  }

  /** Changes a setting and commits it. */
  async configure(key: string, value: string): Promise<void> {
    const cli = join(this.stack.folder, "node_modules", ".bin", "pulumi");
    const words = ["config", "set", "--path", key, value, "--stack", this.stack.name];
    await execa(cli, words, { cwd: this.folder, env: this.stack.environment });
    await this.git("commit", "--quiet", "--all", "--message", `Set ${key} to ${value}`);
  }

  async remove(): Promise<void> {
    try {
      await this.stack.remove();
    } finally {
      await this.#registry.remove();
      const { stdout } = await execa("docker", ["images", "--quiet", this.image]);
      const images = [...new Set(stdout.split("\n").filter((id) => id !== ""))];
      if (images.length > 0)
        await execa("docker", ["rmi", "--force", ...images], { reject: false });
      for (const folder of [this.folder, this.#state]) {
        await rm(folder, { recursive: true, force: true });
      }
    }
  }
}

async function config() {
  return {
    activeColor: "blue",
    blue: { image: await buildApp("v1"), count: 1 },
    app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
    // Longer than any request of the slow users, even on a busy machine.
    drainSeconds: 15,
    release: {
      approval: true,
      watchSeconds: 3,
      idleCount: 1,
      // Test machines are busy, so latency says little.
      maxLatencyRatio: 50,
      probe: { path: "/", ratePerSecond: 10 },
    },
  };
}
