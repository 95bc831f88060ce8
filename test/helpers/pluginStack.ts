import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT, cliPath } from "../../dev/setup/places.mjs";

/** A program of a few lines with its own stack and state, to observe a plugin's behavior. */
export class PluginStack {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#environment = environment;
  }

  static async create(
    program: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<PluginStack> {
    const folder = await mkdtemp(join(tmpdir(), "blue-green-plugin-"));
    await mkdir(join(folder, "state"));
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const options = { typescript: false, nodeargs: "--import tsx" };
    const project = { name: "plugin", runtime: { name: "nodejs", options }, main: "index.ts" };
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
    await writeFile(join(folder, "package.json"), '{"type": "module"}');
    await writeFile(join(folder, "index.ts"), program);
    const stack = new PluginStack(folder, environment);
    await stack.pulumi("stack", "init", "test");
    return stack;
  }

  /** Starts the CLI; its promise never rejects. */
  start(...args: string[]) {
    return execa(cliPath(), ["--non-interactive", ...args], {
      cwd: this.folder,
      env: {
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        NO_COLOR: "1",
        ...this.#environment,
      },
      reject: false,
      all: true,
      stdin: "ignore",
      timeout: 240_000,
    });
  }

  async pulumi(...args: string[]) {
    return await this.start(...args);
  }

  async set(key: string, value: string) {
    await this.pulumi("config", "set", key, "--", value);
  }

  async setSecret(key: string, value: string) {
    await this.pulumi("config", "set", "--secret", key, "--", value);
  }

  async unset(key: string) {
    await this.pulumi("config", "rm", key);
  }

  up() {
    return this.start("up", "--yes", "--skip-preview");
  }

  async output(name: string): Promise<string> {
    return (await this.pulumi("stack", "output", name, "--show-secrets")).stdout.trim();
  }

  /** The engine's state, as text. */
  async state(): Promise<string> {
    return (await this.pulumi("stack", "export")).stdout;
  }

  async remove(): Promise<void> {
    const destroyed = await this.pulumi("destroy", "--yes", "--skip-preview");
    await rm(this.folder, { recursive: true });
    if (destroyed.exitCode !== 0) throw new Error(`pulumi destroy failed:\n${destroyed.all}`);
  }
}
