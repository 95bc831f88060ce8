import type { Description } from "./description.ts";

/**
 * Where the vendor's own Go client, which the official plugin uses, sends what the description
 * forbids and the API takes:
 * - `ssh_keys: null` in a new droplet without keys (godo: `json:"ssh_keys"` of a nil slice);
 * - a firewall rule for ICMP without `ports` (godo: `json:"ports,omitempty"`).
 */
export function closeGaps({ components }: Description): void {
  const { droplet_create: droplet, firewall_rule_base: rule } = components["schemas"]!;
  const properties = droplet!["properties"] as Record<string, Record<string, unknown>>;
  properties["ssh_keys"]!["nullable"] = true;
  rule!["required"] = ["protocol"];
}
