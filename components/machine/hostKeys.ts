import { type SshKey, deriveSshKey } from "./ed25519.ts";

/** What opens the hosts of a stack: one secret, and for one `up` the one that it replaces. */
export interface SshSecrets {
  readonly secret: string;
  readonly previousSecret?: string;
}

/** All keys that have to do with one host. */
export interface HostKeys {
  /** Opens the host, for this program alone. */
  readonly deploy: SshKey;
  /** By which the host shows that it is the one. */
  readonly host: SshKey;
  /**
   * The host's key until it is ready. It comes by user data, which the cloud shows to whatever runs on
   * the host; so it is good for the first connection only.
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

/** What a host may have now: before it is ready, after a change of keys, or half-way through one. */
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

/** For programs that are started with the stack's secrets in their environment. */
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
