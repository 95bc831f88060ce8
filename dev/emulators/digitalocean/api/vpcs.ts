import { randomUUID } from "node:crypto";
import { SubnetTaken } from "../../networks/networks.ts";
import { overlap } from "../../networks/subnet.ts";
import type { Region } from "../cloud/catalog.ts";
import { type Cloud, only, openRegion, timestamp } from "../cloud/cloud.ts";
import type { Vpc } from "../cloud/records.ts";
import { networkName } from "../cloud/vpcNetwork.ts";
import { forbidden, unprocessable } from "../http/apiError.ts";
import {
  created,
  type Handler,
  type Handlers,
  NO_CONTENT,
  ok,
  type Request,
} from "../http/handler.ts";
import { page } from "../http/page.ts";

interface VpcCreate {
  readonly name: string;
  readonly region: string;
  readonly description?: string;
  readonly ip_range?: string;
}

interface VpcUpdate {
  readonly name?: string;
  readonly description?: string;
  readonly default?: boolean;
}

/** Not below 28 and not above 16 bits of a private range, by the vendor's documentation. */
const PRIVATE_RANGE = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.)[\d.]+\/(1[6-9]|2[0-8])$/;
const RANGE_TAKEN = "This range/size overlaps with another VPC network in your account.";

const update: Handler = (request, cloud) => {
  const vpc = vpcOf(request, cloud);
  const { name = vpc.name, description = vpc.description } = request.body as VpcUpdate;
  refuseTakenName(cloud, name, vpc);
  Object.assign(vpc, { name, description });
  return ok({ vpc: vpcView(vpc) });
};

export const vpcHandlers: Handlers = {
  vpcs_list: (request, { vpcs }) => page(request, "vpcs", [...vpcs.values()].map(vpcView)),
  vpcs_create: async ({ body }, cloud) => {
    const order = body as VpcCreate;
    const region = openRegion(order.region);
    refuseTakenName(cloud, order.name);
    const id = randomUUID();
    const network = await makeNetwork(cloud, id, order.ip_range);
    const { name, description = "" } = order;
    const more = { createdAt: timestamp(), isDefault: false, network, members: new Map() };
    const vpc: Vpc = { id, name, description, region, ...more };
    cloud.vpcs.set(id, vpc);
    return created({ vpc: vpcView(vpc) });
  },
  vpcs_get: (request, cloud) => ok({ vpc: vpcView(vpcOf(request, cloud)) }),
  vpcs_update: update,
  vpcs_patch: update,
  vpcs_delete: async (request, cloud) => {
    const vpc = vpcOf(request, cloud);
    if (vpc.isDefault) throw forbidden("Can not delete default VPCs");
    if (vpc.members.size > 0) throw forbidden("Can not delete VPC with members");
    cloud.vpcs.delete(vpc.id);
    if (vpc.network) await cloud.options.plane.networks.remove(vpc.network);
    return NO_CONTENT;
  },
  vpcs_list_members: (request, cloud) => {
    const type = request.parameters["resource_type"];
    const members = [...vpcOf(request, cloud).members]
      .filter(([urn]) => type === undefined || urn.startsWith(`do:${type}:`))
      .map(([urn, { name, createdAt }]) => ({ urn, name, created_at: createdAt }));
    return page(request, "members", members);
  },
};

/** The VPC that a new resource names, or its region's default. @throws ApiError 422 */
export function vpcFor(cloud: Cloud, region: Region, id: string | undefined): Vpc {
  const inRegion = [...cloud.vpcs.values()].filter((vpc) => vpc.region === region);
  const vpc = inRegion.find((it) => (id ? it.id === id : it.isDefault));
  if (!vpc) throw unprocessable(`VPC ${id} does not exist in ${region.slug}.`);
  return vpc;
}

function vpcOf({ parameters }: Request, { vpcs }: Cloud): Vpc {
  return only(vpcs.get(String(parameters["vpc_id"])));
}

function refuseTakenName({ vpcs }: Cloud, name: string, but?: Vpc): void {
  const isTaken = [...vpcs.values()].some((vpc) => vpc !== but && vpc.name === name);
  if (isTaken) throw unprocessable("a VPC with the same name already exists in your account");
}

async function makeNetwork(cloud: Cloud, id: string, range: string | undefined) {
  if (range !== undefined) {
    if (!PRIVATE_RANGE.test(range)) throw unprocessable(`Invalid range/size: ${range}.`);
    const subnets = [...cloud.vpcs.values()].flatMap(({ network }) => network?.subnet ?? []);
    if (subnets.some((subnet) => overlap(subnet, range))) throw unprocessable(RANGE_TAKEN);
  }
  try {
    return await cloud.options.plane.networks.create(networkName(cloud, id), range);
  } catch (error) {
    if (error instanceof SubnetTaken) throw unprocessable(RANGE_TAKEN);
    throw error;
  }
}

function vpcView({ id, name, description, region, createdAt, isDefault, network }: Vpc): object {
  return {
    ...{ id, name, description, region: region.slug, created_at: createdAt, default: isDefault },
    urn: `do:vpc:${id}`,
    // A default VPC has its network, and so its range, from its first member on.
    ip_range: network?.subnet ?? "",
  };
}
