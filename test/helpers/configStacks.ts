import { generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { load as readYaml } from "js-yaml";
import { cliFolder, pulumiHome } from "../../dev/setup/places.mjs";
import { makeWorkspace, removeWorkspace, writeStackFile } from "./workspace.ts";

export type Config = Readonly<Record<string, unknown>>;

/** A value that the stack file stores encrypted. */
export class Secret {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Copies a config with some of its values replaced. */
export function mapValues(value: unknown, change: (value: unknown) => unknown): unknown {
  const changed = change(value);
  if (changed !== value || typeof value !== "object" || value === null) return changed;
  if (Array.isArray(value)) return value.map((one) => mapValues(one, change));
  const entries = Object.entries(value).map(([key, one]) => [key, mapValues(one, change)] as const);
  return Object.fromEntries(entries);
}

/** Stack files for the real CLI; nothing is ever brought up. */
export class ConfigStacks {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #secrets = new Map<string, string>();
  #salt = "";
  #state = "";
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#environment = {
      PATH: `${cliFolder()}:${process.env["PATH"]}`,
      // Where the suggested commands look for the user's key.
      HOME: folder,
      PULUMI_HOME: pulumiHome(),
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
  }

  /** @param secrets All secrets that the configs will contain. */
  static async create(secrets: readonly Secret[]): Promise<ConfigStacks> {
    const stacks = new ConfigStacks(await makeWorkspace());
    await mkdir(join(stacks.#folder, ".ssh"));
    await writeFile(
      join(stacks.#folder, ".ssh", "id_ed25519.pub"),
      "ssh-ed25519 AAAA ann@laptop\n",
    );
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = publicKey.export({ type: "spki", format: "pem" });
    await writeFile(join(stacks.#folder, "cosign.pub"), pem);
    await stacks.#shell("first", "pulumi stack init first");
    for (const [at, { text }] of secrets.entries()) {
      await stacks.#shell("first", `pulumi config set --secret s${at} ${text}`);
    }
    const file = await stacks.#stackFile("first");
    stacks.#salt = file.encryptionsalt;
    for (const [at, { text }] of secrets.entries()) {
      const { secure } = file.config?.[`blue-green:s${at}`] as { secure: string };
      stacks.#secrets.set(secure, text);
    }
    stacks.#state = await readFile(stacks.#statePath("first"), "utf8");
    return stacks;
  }

  remove(): Promise<void> {
    return removeWorkspace(this.#folder);
  }

  /**
   * Runs a command on a stack with this config, as a user would; resolves to the resulting config.
   */
  async after(config: Config, command: string): Promise<Config> {
    const stack = `s${(this.#count += 1)}`;
    await mkdir(dirname(this.#statePath(stack)), { recursive: true });
    const state = this.#state.replaceAll("/first", `/${stack}`);
    await writeFile(this.#statePath(stack), state);
    const encrypted = mapValues(config, (value) => this.#encrypted(value)) as Config;
    await writeStackFile(this.#folder, stack, encrypted, this.#salt);
    await this.#shell(stack, command);
    return this.#read(stack);
  }

  #encrypted(value: unknown): unknown {
    if (!(value instanceof Secret)) return value;
    const secure = [...this.#secrets].find(([, text]) => text === value.text)?.[0];
    if (secure === undefined) throw new Error(`the secret ${value.text} was not announced`);
    return { secure };
  }

  async #read(stack: string): Promise<Config> {
    const { config = {} } = await this.#stackFile(stack);
    const own = (key: string) => key.replace(/^blue-green:/, "");
    const plain = Object.fromEntries(Object.entries(config).map(([key, one]) => [own(key), one]));
    const found: string[] = [];
    mapValues(plain, (value) => {
      const secure = (value as { secure?: string } | null)?.secure;
      if (secure && !this.#secrets.has(secure)) found.push(secure);
      return value;
    });
    for (const secure of found)
      this.#secrets.set(secure, await this.#decrypt(stack, plain, secure));
    return mapValues(plain, (value) => {
      const text = this.#secrets.get((value as { secure?: string } | null)?.secure ?? "");
      return text === undefined ? value : new Secret(text);
    }) as Config;
  }

  /** A secret set by a command, found by path: the CLI encrypts all the others anew. */
  async #decrypt(stack: string, config: Config, secure: string): Promise<string> {
    const way = wayTo(config, secure);
    const path = way.map((step, at) => (at > 0 && /^\d/.test(step) ? `[${step}]` : `.${step}`));
    return this.#shell(stack, `pulumi config get --path '${path.join("").slice(1)}'`);
  }

  async #stackFile(stack: string) {
    const text = await readFile(join(this.#folder, `Pulumi.${stack}.yaml`), "utf8");
    return readYaml(text) as { encryptionsalt: string; config?: Config };
  }

  #statePath(stack: string): string {
    return join(this.#folder, ".pulumi", "stacks", "blue-green", `${stack}.json`);
  }

  async #shell(stack: string, command: string): Promise<string> {
    const env = { ...this.#environment, PULUMI_STACK: stack };
    const { stdout } = await execa("sh", ["-c", command], {
      cwd: this.#folder,
      env,
      stdin: "ignore",
      timeout: 20_000,
    });
    return stdout;
  }
}

function wayTo(value: unknown, secure: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  for (const [key, one] of Object.entries(value)) {
    if ((one as { secure?: string } | null)?.secure === secure) return [key];
    const inner = wayTo(one, secure);
    if (inner.length > 0) return [key, ...inner];
  }
  return [];
}
