import { DEPLOY_USER } from "./cloudInit.ts";
import { acceptedKeys, hostKeys, type SshKey, type SshSecrets } from "./hostKeys.ts";

/** A machine reached over SSH. */
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

/** The machine does not answer or refuses the login, as it does for a while during a start. */
export class Unreachable extends Error {}

/** The machine has another host key than ours: retrying is useless. */
export class Stranger extends Error {}

/** A host in a cloud, as the account lists it. */
export interface HostAddress {
  /** Within the stack: `blue-1`. */
  readonly hostName: string;
  /** Empty while it is new. */
  readonly publicAddress: string;
}

/** A host that is ready, with its permanent keys. @param stack `<project>/<stack>` */
export function readySshTarget(
  { hostName, publicAddress }: HostAddress,
  stack: string,
  { secret }: Pick<SshSecrets, "secret">,
): SshTarget {
  const { deploy, host } = hostKeys(secret, stack, hostName);
  return sshTarget(hostName, publicAddress, [deploy], [host]);
}

/** A host that may still be starting, or still have the previous keys. */
export function anySshTarget(
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
