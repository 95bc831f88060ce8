import type { Firewall } from "../cloud/records.ts";

/** As the API answers it. */
export function firewallView(firewall: Firewall): object {
  return {
    id: firewall.id,
    name: firewall.name,
    status: "succeeded",
    created_at: firewall.createdAt,
    pending_changes: [],
    inbound_rules: firewall.inbound,
    outbound_rules: firewall.outbound,
    droplet_ids: [...firewall.dropletIds],
    tags: [...firewall.tags],
  };
}
