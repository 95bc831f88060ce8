import { randomBytes, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import packageJson from "../../package.json" with { type: "json" };
import type { Color } from "../../lib/color.ts";
import { cliIn, installedRoot } from "../../release/engine/pulumiHome.mjs";
import { docker } from "../../dev/emulators/docker.ts";
import { makeWorkspace, removeWorkspace, writeStackFile } from "./workspace.ts";

export { docker } from "../../dev/emulators/docker.ts";

export type StackConfig = Readonly<Record<string, unknown>>;

export interface CliResult {
  readonly ok: boolean;
  /** Standard output and error, as a user sees them. */
  readonly output: string;
}

/** What `node_modules/.bin/pulumi` starts, half a second later. */
const CLI = cliIn(installedRoot(packageJson.dependencies.pulumi));

const ENVIRONMENT = {
  PATH: `${dirname(CLI)}${delimiter}${process.env["PATH"]}`,
  PULUMI_CONFIG_PASSPHRASE: "",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  NO_COLOR: "1",
};

/**
 * A separate stack on this machine: real CLI, real Docker, free ports, state in a temporary folder.
 */
export class TestStack {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly previewPort: number;
  /** Environment for the commands that work on it. */
  readonly environment: Readonly<Record<string, string>>;
  #config: StackConfig;
  #salt = "";

  private constructor(
    name: string,
    folder: string,
    ports: readonly [number, number],
    config: StackConfig,
    environment: Readonly<Record<string, string>>,
  ) {
    this.name = name;
    this.folder = folder;
    [this.port, this.previewPort] = ports;
    this.#config = config;
    this.environment = { ...ENVIRONMENT, ...environment };
  }

  /**
   * Creates the stack without bringing it up. `edge` ports are filled in; gates fail fast unless
   * the config says otherwise.
   *
   * @param makeFolder Creates the folder with the program; by default that of this checkout.
   */
  static async create(
    config: StackConfig,
    environment: Readonly<Record<string, string>> = {},
    makeFolder: () => Promise<string> = makeWorkspace,
  ): Promise<TestStack> {
    const name = `t${randomBytes(4).toString("hex")}`;
    const folder = await makeFolder();
    const ports = [await freePort(), await freePort()] as const;
    const defaults = {
      health: { timeoutSeconds: 20, intervalSeconds: 1, minUptimeSeconds: 0 },
      edge: { port: ports[0], previewPort: ports[1] },
      drainSeconds: 5,
      // Stacks of several tests have the same images.
      images: { keep: 100 },
    };
    const stack = new TestStack(name, folder, ports, { ...defaults, ...config }, environment);
    await stack.pulumi(["stack", "init", name]);
    const file = await readFile(join(folder, `Pulumi.${name}.yaml`), "utf8");
    stack.#salt = /encryptionsalt: (.*)/.exec(file)?.[1] ?? "";
    await stack.set({});
    return stack;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** For commands that are not run in the stack's folder. */
  get backendUrl(): string {
    return `file://${this.folder}?metadata=skip`;
  }

  get previewUrl(): string {
    return `http://127.0.0.1:${this.previewPort}`;
  }

  /** Merges keys into the stack file; undefined removes a key. */
  async set(config: StackConfig): Promise<void> {
    this.#config = { ...this.#config, ...config };
    await writeStackFile(this.folder, this.name, this.#config, this.#salt);
  }

  /** Sets a secret as a user does; the stack file keeps it from then on. */
  async setSecret(key: string, name: string, value: string): Promise<void> {
    const path = `${key}.${name}`;
    await this.pulumi(["config", "set", "--secret", "--path", path, value, "--stack", this.name]);
    const file = await readFile(join(this.folder, `Pulumi.${this.name}.yaml`), "utf8");
    const entry = new RegExp(`\\b${name}["']?:\\s*{?\\s*["']?secure["']?: *["']?(v1:[^"'\\s,}]+)`);
    const secure = entry.exec(file)?.[1];
    if (!secure) throw new Error(`${path} is not in the stack file as a secret`);
    const others = this.#config[key] as object | undefined;
    await this.set({ [key]: { ...others, [name]: { secure } } });
  }

  /** Removes one entry from a structured setting. */
  async unset(key: string, name: string): Promise<void> {
    const entries = Object.entries(this.#config[key] as object);
    await this.set({ [key]: Object.fromEntries(entries.filter(([entry]) => entry !== name)) });
  }

  /** Runs `pulumi ...` in the stack's folder as a user would; its promise never rejects. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return execa(CLI, [...args, "--non-interactive"], {
      cwd: this.folder,
      env: { ...this.environment, ...env },
      all: true,
      reject: false,
      stdin: "ignore",
    });
  }

  async pulumi(args: readonly string[]): Promise<CliResult> {
    const result = await this.start(args);
    return { ok: result.exitCode === 0, output: result.all };
  }

  up(...more: string[]): Promise<CliResult> {
    return this.pulumi(["up", "--yes", "--stack", this.name, ...more]);
  }

  /** An `up` that must succeed; throws with the CLI's whole output otherwise. */
  async mustUp(...more: string[]): Promise<string> {
    const { ok, output } = await this.up("--skip-preview", ...more);
    if (!ok) throw new Error(`pulumi up failed:\n${output}`);
    return output;
  }

  preview(): Promise<CliResult> {
    return this.pulumi(["preview", "--stack", this.name]);
  }

  /** What a preview would change: `update gate`, by operation and resource name. */
  async previewSteps(): Promise<string[]> {
    const result = await execa(
      CLI,
      ["preview", "--stack", this.name, "--json", "--non-interactive"],
      { cwd: this.folder, env: this.environment, stdin: "ignore" },
    );
    const { steps } = JSON.parse(result.stdout) as { steps: { op: string; urn: string }[] };
    return steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.slice(urn.lastIndexOf("::") + 2)}`)
      .sort();
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { output } = await this.pulumi(["stack", "output", "--json", "--stack", this.name]);
    return JSON.parse(output) as Record<string, unknown>;
  }

  /** The ids of a color's containers by name; `edge` for the balancer's. */
  async containers(color: Color | "edge"): Promise<Record<string, string>> {
    const lines = await docker(
      ...["ps", "--no-trunc", "--filter", `label=blue-green.stack=blue-green/${this.name}`],
      ...["--format", "{{.Names}} {{.ID}}"],
    );
    const all = lines.split("\n").map((line) => line.split(" ") as [string, string]);
    const prefix = `blue-green-${this.name}-${color}`;
    return Object.fromEntries(all.filter(([name]) => name.startsWith(prefix)));
  }

  container(color: Color, index: number): string {
    return `blue-green-${this.name}-${color}-${index}`;
  }

  get edge(): string {
    return `blue-green-${this.name}-edge`;
  }

  /** The route as HAProxy has it in memory: `blue:0:off`. */
  async route(): Promise<string> {
    const answer = await docker("exec", this.edge, "sh", "/edge/show-route");
    return /^real=(.*)$/m.exec(answer)?.[1] ?? "";
  }

  /** Everything of the stack that Docker knows. */
  async leftovers(): Promise<string[]> {
    const filter = `label=blue-green.stack=blue-green/${this.name}`;
    const lists = await Promise.all([
      docker("ps", "--all", "--filter", filter, "--format", "container {{.Names}}"),
      docker("network", "ls", "--filter", filter, "--format", "network {{.Name}}"),
      docker("volume", "ls", "--filter", filter, "--format", "volume {{.Name}}"),
    ]);
    return lists.flatMap((list) => list.split("\n")).filter((line) => line !== "");
  }

  /** Removes only the folder, when what the stack created is removed elsewhere. */
  async forget(): Promise<void> {
    await removeWorkspace(this.folder);
  }

  /** Destroys the stack and its folder, whatever state a test left it in. */
  async remove(): Promise<void> {
    await this.pulumi(["cancel", "--yes", "--stack", this.name]);
    const destroy = ["destroy", "--yes", "--skip-preview", "--stack", this.name];
    const { ok, output } = await this.pulumi(destroy);
    await removeLeftovers(this);
    await removeWorkspace(this.folder);
    if (!ok) throw new Error(`pulumi destroy failed:\n${output}`);
  }
}

async function removeLeftovers(stack: TestStack): Promise<void> {
  for (const leftover of await stack.leftovers()) {
    const [kind = "", name = ""] = leftover.split(" ");
    const remove = kind === "container" ? ["rm", "--force", name] : [kind, "rm", name];
    await execa("docker", remove, { reject: false });
  }
}

/** Below the ephemeral ports of outgoing connections: a load generator opens many of these. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    const listen = () => server.listen(randomInt(12_000, 32_000), "127.0.0.1");
    server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") listen();
      else reject(error);
    });
    server.on("listening", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
    listen();
  });
}
