import { UserError } from "../../lib/userError.ts";
import { StoreAround } from "./store.ts";

const PROBE = "conditional-writes";
/** No store gives this version to a text. */
const NO_VERSION = '"00000000000000000000000000000000"';

/**
 * Refuses a store that ignores conditions, before the first write: there two commands would both get the
 * lock. A store that has passed once keeps the probe, and is then asked twice for each command that writes.
 */
export class ProvenStore extends StoreAround {
  #proof: Promise<void> | undefined;

  async write(name: string, text: string, version?: string): Promise<string | undefined> {
    this.#proof ??= this.#prove();
    await this.#proof.catch((error: unknown) => {
      // A store that did not answer is asked again.
      this.#proof = undefined;
      throw error;
    });
    return this.store.write(name, text, version);
  }

  async #prove(): Promise<void> {
    const isNew = (await this.store.write(PROBE, PROBE)) !== undefined;
    if (isNew && (await this.store.write(PROBE, PROBE)) !== undefined) {
      throw this.#refusal("If-None-Match");
    }
    if ((await this.store.write(PROBE, PROBE, NO_VERSION)) !== undefined) {
      throw this.#refusal("If-Match");
    }
  }

  #refusal(condition: string): UserError {
    return new UserError(
      `${this.place} ignores ${condition}: of two commands that write at the same time both would succeed, ` +
        "so it can't hold the lock of a release. Nothing was changed. Name a bucket with conditional writes, " +
        "or a folder: pulumi config set --path release.store s3://bucket, or file:///folder",
    );
  }
}
