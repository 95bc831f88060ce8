import { createHash, createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";

/** The secret behind a stack's SSH keys, and during a rotation the one that it replaces. */
export interface SshSecrets {
  readonly secret: string;
  readonly previousSecret?: string;
}

/** All keys of one host. */
export interface HostKeys {
  /** Lets only this program log in. */
  readonly deploy: SshKey;
  /** Proves the host's identity. */
  readonly host: SshKey;
  /**
   * The host's key until it is ready. Any process on the host can read it in the user data, so it is
   * good for the first connection only.
   */
  readonly firstBoot: SshKey;
}

/** @param stack `<project>/<stack>`. @param hostName Such as `blue-1`. */
export function hostKeys(secret: string, stack: string, hostName: string): HostKeys {
  return {
    deploy: deriveSshKey(secret, `${stack}: deploy`),
    host: deriveSshKey(secret, `${stack}: host ${hostName}`),
    firstBoot: deriveSshKey(secret, `${stack}: first boot of host ${hostName}`),
  };
}

/** Keys that a host may have now: before it is ready, or before, during or after a rotation. */
export function acceptedKeys(
  secrets: SshSecrets,
  stack: string,
  hostName: string,
): { readonly deploy: readonly SshKey[]; readonly host: readonly SshKey[] } {
  const all = [secrets.secret, secrets.previousSecret]
    .filter((secret) => secret !== undefined)
    .map((secret) => hostKeys(secret, stack, hostName));
  return {
    deploy: all.map(({ deploy }) => deploy),
    host: all.flatMap(({ host, firstBoot }) => [host, firstBoot]),
  };
}

/** For programs that get the stack's secrets in their environment. */
export function sshSecretsFromEnvironment(): SshSecrets {
  const { SSH_SECRET: secret = "", SSH_PREVIOUS_SECRET: previousSecret } = process.env;
  return { secret, ...(previousSecret && { previousSecret }) };
}

export function sshEnvironment({ secret, previousSecret }: SshSecrets): Record<string, string> {
  return {
    SSH_SECRET: secret,
    ...(previousSecret !== undefined && { SSH_PREVIOUS_SECRET: previousSecret }),
  };
}

/** A key pair in the forms that OpenSSH reads. */
export interface SshKey {
  /** As a line of `authorized_keys`, without options and comment: `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
  /** A file `-----BEGIN OPENSSH PRIVATE KEY-----`, without a passphrase. */
  readonly privateKey: string;
}

const TYPE = "ssh-ed25519";
const SEED_BYTES = 32;
/** Precedes the seed in a PKCS #8 ed25519 private key (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Derives the ed25519 key for a secret and a purpose. The same two always give the same key, so keys
 * need no storage. A key reveals neither the secret nor another key (HKDF, RFC 5869).
 */
export function deriveSshKey(secret: string, purpose: string): SshKey {
  const seed = Buffer.from(hkdfSync("sha256", secret, "blue-green", purpose, SEED_BYTES));
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, seed]);
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  const point = spki.subarray(-SEED_BYTES);
  const publicBlob = fields(TYPE, point);
  return {
    publicKey: `${TYPE} ${publicBlob.toString("base64")}`,
    privateKey: privateKeyFile(publicBlob, point, seed),
  };
}

/** OpenSSH's own format, described in PROTOCOL.key of its source. */
function privateKeyFile(publicBlob: Buffer, point: Buffer, seed: Buffer): string {
  // The same number twice shows that decryption worked; OpenSSH uses a random one.
  const check = createHash("sha256").update(seed).digest().subarray(0, 4);
  const secretPart = Buffer.concat([
    check,
    check,
    fields(TYPE, point, Buffer.concat([seed, point]), ""),
  ]);
  const one = Buffer.from([0, 0, 0, 1]);
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    fields("none", "none", ""),
    one,
    fields(publicBlob, padded(secretPart)),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  const name = "OPENSSH PRIVATE KEY";
  return [`-----BEGIN ${name}-----`, ...lines, `-----END ${name}-----`, ""].join("\n");
}

/** Each field preceded by its length, as SSH encodes strings (RFC 4251, section 5). */
function fields(...values: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const bytes = Buffer.from(value);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Pads to a multiple of eight bytes, with 1, 2, 3 and so on. */
function padded(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, at) => at + 1))]);
}
