import * as pulumi from "@pulumi/pulumi";
import { cloudInit } from "./cloudInit.ts";
import { hostKeys } from "./hostKeys.ts";
import type { SshAccess } from "./readyHost.ts";

/**
 * The user data of a host in a cloud: it comes with the keys of this program and no others.
 *
 * @param addresses More than the one that the cloud tells it, see `cloudInit`.
 */
export function firstBoot(
  access: SshAccess,
  stack: string,
  hostName: string,
  addresses: pulumi.Input<readonly string[]> = [],
): pulumi.Output<string> {
  const { secret, authorizedKeys } = access;
  const keys = hostKeys(secret, stack, hostName);
  return pulumi.secret(
    pulumi
      .output(addresses)
      .apply((known) => cloudInit({ keys, authorizedKeys, addresses: known })),
  );
}
