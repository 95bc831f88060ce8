import { FLAVORS, type Flavor } from "../cloud/catalog.ts";
import { listed } from "../http/listing.ts";
import { notFound } from "../http/refusal.ts";
import type { Routes } from "../http/routes.ts";

export const flavorRoutes: Routes = {
  "GET /v2.1/flavors": ({ query }) => {
    const flavors = listed(FLAVORS, filters(query)).map((flavor) => {
      const { id, name } = flavor as Flavor;
      return { id, name, links: [] };
    });
    return { status: 200, body: { flavors } };
  },
  "GET /v2.1/flavors/detail": ({ query }) => {
    const flavors = listed(FLAVORS, filters(query)).map((it) => flavorView(it as Flavor));
    return { status: 200, body: { flavors } };
  },
  "GET /v2.1/flavors/{id}": (_request, { id = "" }) => ({
    status: 200,
    body: { flavor: flavorView(flavorOf(id)) },
  }),
  "GET /v2.1/flavors/{id}/os-extra_specs": (_request, { id = "" }) => {
    flavorOf(id);
    return { status: 200, body: { extra_specs: {} } };
  },
};

/** @throws Refusal 404 */
export function flavorOf(id: string): Flavor {
  const flavor = FLAVORS.find((it) => it.id === id);
  if (!flavor) throw notFound("Flavor", id);
  return flavor;
}

/** All are public. */
function filters(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => name !== "is_public"));
}

function flavorView({ id, name, ram, vcpus, disk }: Flavor): object {
  return {
    ...{ id, name, ram, vcpus, disk, swap: "", rxtx_factor: 1, links: [] },
    ...{ "os-flavor-access:is_public": true, "OS-FLV-EXT-DATA:ephemeral": 0 },
    "OS-FLV-DISABLED:disabled": false,
  };
}
