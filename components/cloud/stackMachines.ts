import { Api } from "../digitalocean/api.ts";
import { stackDroplets } from "../digitalocean/stackDroplets.ts";
import { OpenStack } from "../openstack/api.ts";
import { stackInstances } from "../openstack/inProject.ts";
import type { ObservedMachine } from "./machines.ts";
import { stackTags } from "../digitalocean/tags.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";

/** The stack's machines, as its cloud knows them. */
export async function cloudHosts(
  { digitalocean, ovh }: Settings,
  { stack }: StackNames,
): Promise<readonly ObservedMachine[]> {
  if (digitalocean) return stackDroplets(new Api(digitalocean.account), stackTags(stack));
  if (ovh) return stackInstances(await OpenStack.open(ovh.account), stack);
  throw new Error("the target has no hosts of their own");
}
