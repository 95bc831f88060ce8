import type { Handlers } from "../http/handler.ts";
import { accountHandlers } from "./account.ts";
import { certificateHandlers } from "./certificates.ts";
import { dropletActionHandlers } from "./dropletActions.ts";
import { dropletHandlers } from "./droplets.ts";
import { firewallHandlers } from "./firewalls.ts";
import { loadBalancerHandlers } from "./loadBalancers.ts";
import { projectHandlers } from "./projects.ts";
import { reservedIpHandlers } from "./reservedIps.ts";
import { tagHandlers } from "./tags.ts";
import { vpcHandlers } from "./vpcs.ts";

/** One for each operation that is described. */
export const HANDLERS: Handlers = {
  ...accountHandlers,
  ...certificateHandlers,
  ...dropletHandlers,
  ...dropletActionHandlers,
  ...vpcHandlers,
  ...firewallHandlers,
  ...loadBalancerHandlers,
  ...tagHandlers,
  ...reservedIpHandlers,
  ...projectHandlers,
};
