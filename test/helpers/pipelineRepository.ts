import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { LABEL } from "../emulators/labels.ts";
import { type Registry, startRegistry } from "../emulators/registry/registry.ts";
import { buildApp, TESTED_APP } from "./images.ts";
import { TestStack } from "./testStack.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A password that must be in no log. */
export const LOGIN = { user: "pusher", password: "hidden-word-4711" };
export const PASSPHRASE = "correct-horse-battery";

/**
 * A team's own repository: this project with an app of theirs in app/ and a stack file, a pipeline, a
 * registry that asks for a login, and a stack that has been brought up, with its state in a folder.
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
  static async create(pipeline: readonly [from: string, to: string]): Promise<PipelineRepository> {
    const state = await mkdtemp(join(tmpdir(), "blue-green-state-"));
    const folder = await mkdtemp(join(tmpdir(), "blue-green-repository-"));
    const environment = {
      PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    };
    const name = `blue-green-registry-${randomBytes(4).toString("hex")}`;
    const labels = { [LABEL]: name };
    const registry = await startRegistry({ name, labels, network: "bridge", login: LOGIN });
    const image = `${await registry.localAddress()}/shop`;
    const stack = await TestStack.create(await config(), environment);
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

  /** A new version of the app; its own test asks the idle color for it. */
  async commit(version: string): Promise<string> {
    const app = join(this.folder, "app");
    const lines = [`FROM ${TESTED_APP}:v1`, `ENV APP_VERSION=${version}`, ""];
    await writeFile(join(app, "Dockerfile"), lines.join("\n"));
    await writeFile(join(app, "test.sh"), acceptance(version));
    await chmod(join(app, "test.sh"), 0o755);
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", `Make it ${version}`);
    return this.git("rev-parse", "HEAD");
  }

  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await execa("git", args, { cwd: this.folder });
    return stdout;
  }

  /** The stack file as it was committed: pipelines must leave it alone. */
  async stackFile(): Promise<string> {
    return readFile(join(this.folder, `Pulumi.${this.stack.name}.yaml`), "utf8");
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
    // Longer than any request of the slow users, also on a busy machine.
    drainSeconds: 15,
    release: {
      approval: true,
      watchSeconds: 3,
      // The machine of a test is busy with others: times say little there.
      maxLatencyRatio: 50,
      probe: { path: "/", ratePerSecond: 10 },
    },
  };
}

function acceptance(version: string): string {
  return `#!/bin/sh
set -eu
node -e 'fetch(process.env.PREVIEW_URL).then((answer) => answer.text()).then((text) => {
  console.log("the idle color says", text);
  process.exitCode = text.includes(process.argv[1]) ? 0 : 1;
})' '"${version}"'
`;
}
