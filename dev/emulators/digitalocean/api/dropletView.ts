import type { Network } from "../../networks/networks.ts";
import { netmaskOf } from "../../networks/subnet.ts";
import type { Cloud } from "../cloud/cloud.ts";
import type { Droplet } from "../cloud/records.ts";

/** As the API answers it. Addresses show when the machine has them. */
export function dropletView(cloud: Cloud, droplet: Droplet): object {
  const { id, name, size, image, region, vpc, tags, status, locked, features } = droplet;
  return {
    ...{ id, name, status, locked, features, image, region, size, size_slug: size.slug },
    ...{ memory: size.memory, vcpus: size.vcpus, disk: size.disk, kernel: null },
    created_at: droplet.createdAt,
    ...{ backup_ids: [], snapshot_ids: [], volume_ids: [], next_backup_window: null },
    networks: { v4: droplet.machine ? networks(cloud, droplet) : [], v6: [] },
    tags: [...tags],
    vpc_uuid: vpc.id,
  };
}

function networks(cloud: Cloud, { addresses, vpc }: Droplet): object[] {
  const { publicNetwork } = cloud.options;
  const publicly = { ...interfaceView(publicNetwork, addresses.public), type: "public" };
  // A private network has no gateway for a droplet; the description has no word for that but none.
  const privately = vpc.network && {
    ...interfaceView(vpc.network, addresses.private),
    type: "private",
  };
  return [{ ...publicly, gateway: publicNetwork.gateway }, ...(privately ? [privately] : [])];
}

function interfaceView({ subnet }: Network, address: string): object {
  return { ip_address: address, netmask: netmaskOf(subnet) };
}
