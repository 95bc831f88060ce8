import type { Network } from "../../networks/networks.ts";
import type { Cloud } from "./cloud.ts";
import type { Vpc } from "./records.ts";

/** A region's default VPC gets its network with its first member; the others have theirs. */
export async function networkOf(cloud: Cloud, vpc: Vpc): Promise<Network> {
  vpc.network ??= await cloud.options.plane.networks.create(networkName(cloud, vpc.id));
  return vpc.network;
}

export function networkName(cloud: Cloud, vpcId: string): string {
  return `${cloud.options.run}-vpc-${vpcId.slice(0, 8)}`;
}

/** An address in the public and one in the VPC's network. */
export async function allocateAddresses(
  cloud: Cloud,
  vpc: Vpc,
): Promise<{ public: string; private: string }> {
  const network = await networkOf(cloud, vpc);
  return { public: cloud.options.publicNetwork.allocate(), private: network.allocate() };
}

export function releaseAddresses(
  cloud: Cloud,
  vpc: Vpc,
  addresses: { readonly public: string; readonly private: string },
): void {
  cloud.options.publicNetwork.release(addresses.public);
  vpc.network?.release(addresses.private);
}

/** Attachments for what is made in both networks. */
export function attachments(
  cloud: Cloud,
  vpc: Vpc,
  addresses: { readonly public: string; readonly private: string },
) {
  const network = vpc.network;
  if (!network) throw new Error(`VPC ${vpc.name} has no network yet.`);
  return {
    public: { network: cloud.options.publicNetwork, address: addresses.public },
    private: { network, address: addresses.private },
  };
}
