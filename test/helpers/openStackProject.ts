import { instanceMetadata } from "../../components/openstack/instances.ts";

export const FLAVOR = { id: "f1", name: "b3-8", vcpus: 2, ram: 8000 };
export const SERVER = {
  id: "s1",
  metadata: instanceMetadata("blue-green/prod", "blue-1", "blue"),
  flavor: { id: "f1" },
};
const ABSOLUTE = { maxTotalInstances: 20, totalInstancesUsed: 1, maxTotalCores: -1 };
const FLOATING_IP = {
  ...{ floating_ip_address: "203.0.113.9", port_id: "p1", fixed_ip_address: "10.20.0.5" },
};

/** A project in GRA that has everything needed, and one instance of the stack. */
const ANSWERS = {
  "GRA/compute/servers/detail": { servers: [SERVER] },
  "SBG/compute/servers/detail": { servers: [] },
  "GRA/network/v2.0/ports": { ports: [{ id: "p1", device_id: "s1" }] },
  "GRA/network/v2.0/floatingips": { floatingips: [FLOATING_IP] },
  "GRA/network/v2.0/networks": { networks: [{ id: "n1", name: "Ext-Net" }] },
  "GRA/network/v2.0/subnets": { subnets: [{ cidr: "10.20.0.0/16" }] },
  "GRA/network/v2.0/quotas/p1/details.json": { quota: { port: { limit: 200, used: 9 } } },
  "GRA/compute/flavors/detail": { flavors: [FLAVOR] },
  "GRA/compute/limits": { limits: { absolute: ABSOLUTE } },
  "GRA/image/v2/images": { images: [{ id: "i1", name: "Debian 13" }] },
  "GRA/octavia/v2.0/lbaas/loadbalancers": { loadbalancers: [] },
  "GRA/octavia/v2.0/lbaas/flavors": { flavors: [{ id: "o1", name: "small" }] },
  "GRA/octavia/v2.0/lbaas/quotas/p1": { quota: { load_balancer: 2 } },
};

/** Answers by region, service and path; see `pathOf`. */
export function projectAnswers(): Record<string, unknown> {
  return { ...ANSWERS };
}

/** The key of a read call, without its query. */
export function pathOf(call: string): string {
  return call.replace("GET /", "").replace(/\?.*/, "");
}
