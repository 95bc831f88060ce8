import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { pause } from "../helpers/asking.ts";
import { PlainS3 } from "../helpers/plainS3.ts";
import { BucketProxy, type Trouble } from "./bucketProxy.ts";

const run = promisify(execFile);
const JOURNAL = /(^|\/)journal$/;

/** Where a trial's releases are recorded, and how that fails. */
export interface CampaignStore {
  /** For `release.store`. */
  readonly url: string;
  /** Whether a release is in progress by the stored journal. */
  isUnfinished(): Promise<boolean>;
  remove(): Promise<void>;
}

function isUnfinished(journal: string | undefined): boolean {
  return (
    journal !== undefined && (JSON.parse(journal) as { outcome?: string }).outcome === undefined
  );
}

/** A file system of its own, which can be full or gone. */
export class FolderStore implements CampaignStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async mount(): Promise<FolderStore> {
    const folder = await mkdtemp(join(tmpdir(), "blue-green-store-"));
    await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
    return new FolderStore(folder);
  }

  get url(): string {
    return `file://${this.#folder}/releases`;
  }

  async isUnfinished(): Promise<boolean> {
    const entries = await readdir(this.#folder, { recursive: true });
    const versions = entries.filter((file) => /(^|\/)journal\.\d{12}$/.test(file)).sort();
    const last = versions.at(-1);
    return isUnfinished(last && (await readFile(join(this.#folder, last), "utf8")));
  }

  /** Leaves no block free. */
  async whileFull(milliseconds: number): Promise<void> {
    const filler = join(this.#folder, "filler");
    await writeFile(filler, Buffer.alloc(8 << 20)).catch(() => undefined);
    await pause(milliseconds);
    await rm(filler, { force: true });
  }

  /** The folder can't be entered, as when a network file system is not mounted. */
  async whileGone(milliseconds: number): Promise<void> {
    const [here, away] = [join(this.#folder, "releases"), join(this.#folder, "away")];
    await rename(here, away);
    await writeFile(here, "");
    await pause(milliseconds);
    await rm(here, { force: true });
    await rename(away, here);
  }

  async remove(): Promise<void> {
    await run("umount", [this.#folder]);
    await rm(this.#folder, { recursive: true });
  }
}

/** A bucket behind a network that loses and doubles what it carries. */
export class BucketStore implements CampaignStore {
  readonly #s3: PlainS3;
  readonly #proxy: BucketProxy;

  private constructor(s3: PlainS3, proxy: BucketProxy) {
    this.#s3 = s3;
    this.#proxy = proxy;
  }

  static async start(): Promise<BucketStore> {
    const s3 = await PlainS3.start();
    return new BucketStore(s3, await BucketProxy.start(s3.url));
  }

  get url(): string {
    return this.#proxy.url;
  }

  isUnfinished(): Promise<boolean> {
    const [, journal] = [...this.#s3.objects].find(([key]) => JOURNAL.test(key)) ?? [];
    return Promise.resolve(isUnfinished(journal));
  }

  async during(trouble: Trouble, milliseconds: number): Promise<void> {
    this.#proxy.trouble = trouble;
    await pause(milliseconds);
    this.#proxy.trouble = undefined;
  }

  remove(): Promise<void> {
    this.#proxy.stop();
    this.#s3.stop();
    return Promise.resolve();
  }
}
