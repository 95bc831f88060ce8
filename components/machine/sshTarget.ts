import type { SshKey } from "./ed25519.ts";

/** A machine that is reached by SSH. */
export interface SshTarget {
  /** For messages: `blue-1`. */
  readonly name: string;
  readonly address: string;
  readonly port?: number;
  readonly user: string;
  /** Tried one after the other. */
  readonly deployKeys: readonly Pick<SshKey, "privateKey">[];
  /** The machine must have one of them. */
  readonly hostKeys: readonly Pick<SshKey, "publicKey">[];
}

/** The machine does not answer, or does not let us in; one that starts is like this for a while. */
export class Unreachable extends Error {}

/** What answers has another host key than the machine that we made: trying again is of no use. */
export class Stranger extends Error {}
