import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import { goProgram } from "../../setup/goProgram.mjs";
import { BASE_TAG } from "../../setup/images.mjs";
import { Authority } from "../digitalocean/plane/certificate.ts";
import { docker } from "../docker.ts";
import { LABEL, labelOptions } from "../labels.ts";

const GATEWAY = {
  name: "versitygw",
  source: fileURLToPath(new URL("gateway/", import.meta.url)),
  path: "github.com/versity/versitygw/cmd/versitygw",
};
const PORT = 7070;
const ANSWER_MS = 20_000;
/** What a killed test leaves behind ends by itself. */
const LIFE_SECONDS = 3600;

/** Metadata in files of their own: not every Docker's file system has extended attributes. */
const START = `mkdir -p /data/$BUCKET /meta
exec timeout ${LIFE_SECONDS} /gateway/versitygw --port :${PORT} --region $REGION \
  --cert /gateway/certificate.pem --key /gateway/key.pem posix --sidecar /meta /data`;

export interface SpacesArgs {
  readonly region: string;
  readonly bucket: string;
}

/** Object storage like DigitalOcean's Spaces or OVH's S3: a real server of S3 over TLS with one bucket and one key. */
export class Spaces {
  /** As `<region>.digitaloceanspaces.com` at the vendor's. */
  readonly endpoint: string;
  /** What a client needs: the key, and whom to trust. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #container: string;
  readonly #folder: string;

  private constructor(
    container: string,
    endpoint: string,
    folder: string,
    key: Readonly<Record<string, string>>,
  ) {
    this.#container = container;
    this.endpoint = endpoint;
    this.#folder = folder;
    this.environment = { ...key, AWS_CA_BUNDLE: join(folder, "authority.pem") };
  }

  static async start({ region, bucket }: SpacesArgs): Promise<Spaces> {
    const key = {
      AWS_ACCESS_KEY_ID: `DO${randomBytes(9).toString("hex").toUpperCase()}`,
      AWS_SECRET_ACCESS_KEY: randomBytes(32).toString("base64"),
    };
    const name = `blue-green-spaces-${randomBytes(3).toString("hex")}`;
    const folder = await writeCertificates();
    await docker(
      ...["create", "--name", name, ...labelOptions({ [LABEL]: name })],
      ...["--publish", `127.0.0.1::${PORT}`, "--memory", "256m", "--pids-limit", "256"],
      ...["--env", `BUCKET=${bucket}`, "--env", `REGION=${region}`],
      ...["--env", `ROOT_ACCESS_KEY_ID=${key.AWS_ACCESS_KEY_ID}`],
      ...["--env", `ROOT_SECRET_ACCESS_KEY=${key.AWS_SECRET_ACCESS_KEY}`],
      ...[BASE_TAG, "sh", "-c", START],
    );
    await docker("cp", `${folder}/.`, `${name}:/gateway`);
    await docker("cp", await goProgram(GATEWAY), `${name}:/gateway/${GATEWAY.name}`);
    await docker("start", name);
    const published = await docker("port", name, `${PORT}/tcp`);
    const spaces = new Spaces(name, published.split("\n")[0] ?? "", folder, key);
    await spaces.#becomeReady();
    return spaces;
  }

  /** What Pulumi takes for its backend; the parameters are those for the vendor's Spaces. */
  url({ region, bucket }: SpacesArgs): string {
    return `s3://${bucket}?endpoint=${this.endpoint}&region=${region}&s3ForcePathStyle=true`;
  }

  /** Names of the objects that begin so. */
  async objects(bucket: string, prefix: string): Promise<string[]> {
    const find = ["find", `/data/${bucket}`, "-type", "f", "-path", `/data/${bucket}/${prefix}*`];
    const found = await docker("exec", this.#container, ...find);
    return found.split("\n").filter(Boolean);
  }

  /** All of them, as text. */
  async contents(bucket: string): Promise<string> {
    return await docker("exec", this.#container, "sh", "-c", `cd /data/${bucket} && grep -r "" .`);
  }

  async remove(): Promise<void> {
    await docker("rm", "--force", "--volumes", this.#container);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #becomeReady(): Promise<void> {
    const deadline = Date.now() + ANSWER_MS;
    const [, port = ""] = this.endpoint.split(":");
    while (!(await answers(Number(port)))) {
      if (Date.now() > deadline) {
        throw new Error(`No answer in ${ANSWER_MS} ms:\n${await docker("logs", this.#container)}`);
      }
      await sleep(100);
    }
  }
}

async function writeCertificates(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "blue-green-spaces-"));
  const authority = new Authority("spaces");
  const { key, certificate } = authority.issue(["127.0.0.1"]);
  await writeFile(join(folder, "authority.pem"), authority.certificate);
  await writeFile(join(folder, "certificate.pem"), certificate);
  await writeFile(join(folder, "key.pem"), key);
  return folder;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
