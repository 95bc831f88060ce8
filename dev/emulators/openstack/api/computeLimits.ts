import type { Cloud } from "../cloud/cloud.ts";
import { Refusal } from "../http/refusal.ts";
import type { Flavor } from "../cloud/catalog.ts";
import type { Routes } from "../http/routes.ts";

/** What a project may have, and has. */
export function computeLimitRoutes(cloud: Cloud): Routes {
  return {
    "GET /v2.1/limits": () => ({
      status: 200,
      body: { limits: { rate: [], absolute: absolute(cloud) } },
    }),
    "GET /v2.1/os-quota-sets/{project}": (_request, { project = "" }) => ({
      status: 200,
      body: { quota_set: { id: project, ...quotaSet(cloud, (limit) => limit) } },
    }),
    "GET /v2.1/os-quota-sets/{project}/detail": (_request, { project = "" }) => {
      const detail = (limit: number, used: number) => ({ limit, in_use: used, reserved: 0 });
      return { status: 200, body: { quota_set: { id: project, ...quotaSet(cloud, detail) } } };
    },
    "GET /v2.1/os-availability-zone": () => ({
      status: 200,
      body: {
        availabilityZoneInfo: [{ zoneName: "nova", zoneState: { available: true }, hosts: null }],
      },
    }),
  };
}

/** @throws Refusal 403 in Nova's words */
export function refuseOverLimits(cloud: Cloud, { vcpus, ram }: Flavor, instances = 1): void {
  const { quotas } = cloud.options;
  const used = usage(cloud);
  const wanted = { instances, cores: vcpus, ram };
  for (const name of ["instances", "cores", "ram"] as const) {
    if (quotas[name] < 0 || used[name] + wanted[name] <= quotas[name]) continue;
    throw new Refusal(
      403,
      `Quota exceeded for ${name}: Requested ${wanted[name]}, but already used ${used[name]} of ` +
        `${quotas[name]} ${name}`,
    );
  }
}

function usage({ servers }: Cloud): { instances: number; cores: number; ram: number } {
  const flavors = [...servers.values()].map(({ flavor }) => flavor);
  return {
    instances: flavors.length,
    cores: flavors.reduce((sum, { vcpus }) => sum + vcpus, 0),
    ram: flavors.reduce((sum, { ram }) => sum + ram, 0),
  };
}

function quotaSet(cloud: Cloud, view: (limit: number, used: number) => unknown): object {
  const { quotas } = cloud.options;
  const { instances, cores, ram } = usage(cloud);
  return {
    instances: view(quotas.instances, instances),
    cores: view(quotas.cores, cores),
    ram: view(quotas.ram, ram),
    key_pairs: view(quotas.keyPairs, cloud.keypairs.size),
  };
}

function absolute(cloud: Cloud): object {
  const { quotas } = cloud.options;
  const { instances, cores, ram } = usage(cloud);
  return {
    ...{ maxTotalInstances: quotas.instances, maxTotalCores: quotas.cores },
    ...{ maxTotalRAMSize: quotas.ram, maxTotalKeypairs: quotas.keyPairs },
    ...{ totalInstancesUsed: instances, totalCoresUsed: cores, totalRAMUsed: ram },
  };
}
