import { dropletsOf } from "../cloud/balancerLife.ts";
import type { Cloud } from "../cloud/cloud.ts";
import type { LoadBalancer } from "../cloud/records.ts";

/** As the API answers it: what was asked for, whether or not it has taken effect. */
export function balancerView(cloud: Cloud, balancer: LoadBalancer): object {
  const { id, name, region, vpc, status, createdAt, addresses, membership, settings } = balancer;
  return {
    ...{ id, name, status, region, vpc_uuid: vpc.id, created_at: createdAt },
    // Known to the client only when the balancer has it.
    ip: status === "new" ? "" : addresses.public,
    ...{ project_id: balancer.projectId, size_unit: balancer.sizeUnit, size: "lb-small" },
    ...{ algorithm: "round_robin", type: "REGIONAL", network: "EXTERNAL", network_stack: "IPV4" },
    ...settings,
    forwarding_rules: settings.forwarding_rules.map((rule) => ({
      ...{ certificate_id: "", tls_passthrough: false, ...rule },
    })),
    ...{ disable_lets_encrypt_dns_records: false, tls_cipher_policy: "DEFAULT" },
    tag: "tag" in membership ? membership.tag : "",
    droplet_ids: dropletsOf(cloud, balancer).map(({ id: dropletId }) => dropletId),
  };
}
