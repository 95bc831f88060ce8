/** A service by its type in the catalog. */
export type Service =
  "compute" | "image" | "network" | "load-balancer" | "key-manager" | "object-store";

/** The fields of Keystone's catalog that matter here. */
export type Catalog = readonly {
  readonly type: string;
  readonly endpoints: readonly {
    readonly interface: string;
    readonly region: string;
    readonly url: string;
  }[];
}[];

/** Versions that clouds may leave out of an endpoint; Nova's and Swift's always have one. */
const VERSIONS: Readonly<Record<Service, string>> = {
  compute: "",
  image: "/v2",
  network: "/v2.0",
  "load-balancer": "/v2.0",
  "key-manager": "/v1",
  "object-store": "",
};

/** A service's endpoint with its version; undefined if the region does not have it. */
export function endpointOf(catalog: Catalog, service: Service, region: string): string | undefined {
  const found = endpoints(catalog, service).find((endpoint) => endpoint.region === region);
  if (!found) return undefined;
  const url = found.url.replace(/\/+$/, "");
  const version = VERSIONS[service];
  return version === "" || url.endsWith(version) ? url : url + version;
}

/** The regions that have a service, in alphabetical order. */
export function regionsWith(catalog: Catalog, service: Service): string[] {
  return [...new Set(endpoints(catalog, service).map(({ region }) => region))].sort();
}

function endpoints(catalog: Catalog, service: Service): Catalog[number]["endpoints"] {
  return catalog
    .filter(({ type }) => type === service)
    .flatMap((entry) => entry.endpoints.filter((endpoint) => endpoint.interface === "public"));
}
