import { createHash } from "node:crypto";
import type { Catalog } from "./identity.ts";

/** What follows a service's own prefix in its endpoint; nothing where it is not named. */
const SUFFIXES: Readonly<Record<string, (projectId: string) => string>> = {
  compute: () => "/v2.1",
  "object-store": (projectId) => `/v1/AUTH_${projectId}`,
};

const NAMES: Readonly<Record<string, string>> = {
  identity: "keystone",
  compute: "nova",
  network: "neutron",
  image: "glance",
  "load-balancer": "octavia",
  "object-store": "swift",
  "key-manager": "barbican",
};

/** The services' public endpoints in the one region. */
export function catalogOf(
  url: string,
  types: readonly string[],
  region: string,
  projectId: string,
): Catalog {
  return types.map((type) => ({
    ...{ id: idOf(type), type, name: NAMES[type] ?? type },
    endpoints: ["public", "internal"].map((access) => ({
      ...{ id: idOf(`${type} ${access}`), interface: access, region, region_id: region },
      url: `${url}/${type}${SUFFIXES[type]?.(projectId) ?? ""}`,
    })),
  }));
}

function idOf(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
