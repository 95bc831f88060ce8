import { execa } from "execa";
import ssh2 from "ssh2";
import { BASE_TAG } from "../../dev/setup/images.mjs";
import { docker } from "./testStack.ts";

const TAG = "blue-green-sshd:test";
const LABEL = "blue-green.test=sshd";
const DEADLINE_MS = 15_000;

/** Debian's own configuration: root by key only, and no variables but LANG and LC_*. */
const DOCKERFILE = `
FROM ${BASE_TAG}
RUN apt-get update \\
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openssh-server \\
    && rm -f /etc/ssh/ssh_host_* && mkdir -p /run/sshd /root/.ssh && chmod 700 /root/.ssh
CMD ["/usr/sbin/sshd", "-D", "-e"]
`;

/** A real sshd in a container, on a port of the loopback address. */
export interface SshServer {
  readonly port: number;
  /** Its host key as one line. */
  readonly hostKey: string;
  /** A key that it accepts for root. */
  readonly privateKey: string;
  run(script: string): Promise<string>;
  remove(): Promise<void>;
}

export async function startSshServer(): Promise<SshServer> {
  await execa("docker", ["build", "--tag", TAG, "-"], { input: DOCKERFILE });
  const host = ssh2.utils.generateKeyPairSync("ed25519");
  const user = ssh2.utils.generateKeyPairSync("ed25519");
  const published = ["--publish", "127.0.0.1::22"];
  const id = await docker("create", "--label", LABEL, ...published, TAG);
  const run = (script: string) => docker("exec", id, "sh", "-c", script);
  const remove = async () => void (await docker("rm", "--force", "--volumes", id));
  try {
    await put(id, host.private, "/etc/ssh/ssh_host_ed25519_key");
    await put(id, user.public, "/root/.ssh/authorized_keys");
    await docker("start", id);
    const [address = ""] = (await docker("port", id, "22")).split("\n");
    await waitUntilUp(id);
    const port = Number(address.slice(address.lastIndexOf(":") + 1));
    return { port, hostKey: host.public, privateKey: user.private, run, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Copied as an archive, because the source folder is deleted right after. */
async function put(id: string, text: string, path: string): Promise<void> {
  const [, folder = "", name = ""] = /^(.*\/)(.*)$/.exec(path) ?? [];
  const { stdout } = await execa("sh", ["-c", TAR, "sh", name], {
    input: text,
    encoding: "buffer",
  });
  await execa("docker", ["cp", "-", `${id}:${folder}`], { input: stdout });
}

const TAR = `folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
umask 077 && cat >"$folder/$1" && tar -C "$folder" --owner=0 --group=0 -c "$1"`;

async function waitUntilUp(id: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const { all } = await execa("docker", ["logs", id], { all: true });
    if (all.includes("Server listening")) return;
    if (Date.now() > deadline) throw new Error(`sshd did not start in ${DEADLINE_MS} ms:\n${all}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
