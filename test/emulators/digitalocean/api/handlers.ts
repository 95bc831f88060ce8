import type { Handlers } from "../http/handler.ts";
import { accountHandlers } from "./account.ts";
import { dropletActionHandlers } from "./dropletActions.ts";
import { dropletHandlers } from "./droplets.ts";
import { firewallHandlers } from "./firewalls.ts";
import { loadBalancerHandlers } from "./loadBalancers.ts";
import { projectHandlers } from "./projects.ts";
import { reservedIpHandlers } from "./reservedIps.ts";
import { tagHandlers } from "./tags.ts";
import { vpcHandlers } from "./vpcs.ts";

/** One for each operation in api.json. */
export const HANDLERS: Handlers = {
  ...accountHandlers,
  ...dropletHandlers,
  ...dropletActionHandlers,
  ...vpcHandlers,
  ...firewallHandlers,
  ...loadBalancerHandlers,
  ...tagHandlers,
  ...reservedIpHandlers,
  ...projectHandlers,
};
