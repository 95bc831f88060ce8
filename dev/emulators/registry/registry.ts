import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { BASE_TAG } from "../../setup/images.mjs";
import { docker } from "../docker.ts";
import { type Labels, labelOptions } from "../labels.ts";
import { ensureMachineImage, withAuthority } from "../machine/image.ts";

export interface RegistryArgs {
  /** Its name in Docker. */
  readonly name: string;
  readonly labels: Labels;
  /** Where machines reach it. */
  readonly network: string;
  /** Left out: everybody may push and pull. */
  readonly login?: Login;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

const FOLDER = fileURLToPath(new URL("image/", import.meta.url));
const ANSWER_MS = 20_000;
const PUSH_MS = 2 * 60_000;

/**
 * Starts Debian's docker-registry, and returns when it answers. It serves TLS on port 443 of its
 * address; machines trust its certificate, so that an image's name is `<address>/<name>:<tag>`.
 */
export async function startRegistry(args: RegistryArgs): Promise<Registry> {
  const image = await withAuthority("blue-green-registry", FOLDER, BASE_TAG);
  // For the machines that will pull: a cloud's deadline for one is shorter than this build.
  await ensureMachineImage();
  const id = await docker(
    ...["create", "--name", args.name, ...labelOptions(args.labels)],
    ...["--network", args.network],
    // Docker pushes to loopback without asking who has signed the certificate.
    ...["--publish", "127.0.0.1::443"],
    ...loginOptions(args.login),
    image,
  );
  try {
    await docker("start", id);
    const address = `{{(index .NetworkSettings.Networks "${args.network}").IPAddress}}`;
    const registry = new Registry(id, await docker("inspect", "--format", address, id), args.login);
    await registry.waitUntilUp();
    return registry;
  } catch (error) {
    await docker("rm", "--force", "--volumes", id);
    throw error;
  }
}

function loginOptions(login: Login | undefined): string[] {
  if (!login) return [];
  const { user, password } = login;
  return ["--env", `REGISTRY_USER=${user}`, "--env", `REGISTRY_PASSWORD=${password}`];
}

export class Registry {
  readonly id: string;
  /** At which machines of its network reach it. */
  readonly address: string;
  #login: Login | undefined;

  constructor(id: string, address: string, login: Login | undefined) {
    this.id = id;
    this.address = address;
    this.#login = login;
  }

  /** Pushes an image of this machine's Docker, and returns the name by which machines pull it. */
  async push(image: string): Promise<string> {
    const local = await this.localAddress();
    await docker("tag", image, `${local}/${image}`);
    // The login must not get into the configuration of whoever runs this.
    const config = await mkdtemp(join(tmpdir(), "blue-green-registry-"));
    try {
      await this.#logIn(config, local);
      await execa("docker", ["--config", config, "push", "--quiet", `${local}/${image}`], {
        timeout: PUSH_MS,
      });
    } finally {
      await rm(config, { recursive: true, force: true });
      await docker("image", "rm", "--no-prune", `${local}/${image}`);
    }
    return `${this.address}/${image}`;
  }

  /** It may be gone already. */
  async remove(): Promise<void> {
    await execa("docker", ["rm", "--force", "--volumes", this.id], { reject: false });
  }

  /** Another password for its user, from now on. */
  async changePassword(password: string): Promise<void> {
    if (!this.#login) throw new Error("This registry asks for no login");
    const change = ["htpasswd", "-iB", "/etc/registry/users", this.#login.user];
    await execa("docker", ["exec", "--interactive", this.id, ...change], { input: password });
    this.#login = { ...this.#login, password };
  }

  async waitUntilUp(): Promise<void> {
    const deadline = Date.now() + ANSWER_MS;
    const ask = ["exec", this.id, "openssl", "s_client", "-connect", "127.0.0.1:443"];
    while ((await execa("docker", ask, { reject: false, input: "" })).failed) {
      if (Date.now() > deadline) {
        const { all } = await execa("docker", ["logs", this.id], { all: true });
        throw new Error(`The registry does not answer within ${ANSWER_MS / 1000} s:\n${all}`);
      }
      await sleep(200);
    }
  }

  /** At which this machine reaches it. */
  async localAddress(): Promise<string> {
    const published = await docker("port", this.id, "443/tcp");
    return published.split("\n")[0] ?? "";
  }

  async #logIn(config: string, address: string): Promise<void> {
    if (!this.#login) return;
    const { user, password } = this.#login;
    const args = ["--config", config, "login", "--username", user, "--password-stdin"];
    await execa("docker", [...args, address], { input: password });
  }
}
