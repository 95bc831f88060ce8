import { type SshKey, deriveSshKey } from "./ed25519.ts";

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
