import { DEPLOY_USER } from "./cloudInit.ts";
import { acceptedKeys, hostKeys, type SshSecrets } from "./hostKeys.ts";
import type { SshTarget } from "./sshTarget.ts";

/** A host in a cloud, as its account knows it. */
export interface HostAddress {
  /** Within the stack: `blue-1`. */
  readonly hostName: string;
  /** Empty while it is new. */
  readonly publicAddress: string;
}

/** A host that is ready, with the keys that last. @param stack `<project>/<stack>` */
export function readyHost(
  { hostName, publicAddress }: HostAddress,
  stack: string,
  { secret }: Pick<SshSecrets, "secret">,
): SshTarget {
  const { deploy, host } = hostKeys(secret, stack, hostName);
  return sshTarget(hostName, publicAddress, [deploy], [host]);
}

/** A host that may still be starting, or have the keys before the last change. */
export function anyHost(
  { hostName, publicAddress }: HostAddress,
  stack: string,
  secrets: SshSecrets,
): SshTarget {
  const { deploy, host } = acceptedKeys(secrets, stack, hostName);
  return sshTarget(hostName, publicAddress, deploy, host);
}

function sshTarget(
  name: string,
  address: string,
  deployKeys: SshTarget["deployKeys"],
  hostKeys: SshTarget["hostKeys"],
): SshTarget {
  return { name, address, user: DEPLOY_USER, deployKeys, hostKeys };
}
