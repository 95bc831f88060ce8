import type { SshSecrets } from "./hostKeys.ts";

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
