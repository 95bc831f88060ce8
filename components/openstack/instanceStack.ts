import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { type BalancerKind, BlueGreenService } from "../service/blueGreenService.ts";
import { InstanceHost } from "./instanceHost.ts";
import { StackNetwork } from "./stackNetwork.ts";
import { type RenderedBalancer, StoredRelease } from "./storedRelease.ts";
import type { Color } from "../../lib/color.ts";
import { SERVICES_HOST } from "../../lib/naming.ts";
import type { OpenStackAccount, OvhSettings, SshSettings } from "../../settings/types.ts";
import { colorHosts, edgeHosts, type MakeHost } from "../cloud/requiredHosts.ts";
import { hasServices, servicesOn } from "../cloud/servicesMachine.ts";
import { type StackOutputs, stackOutputs } from "../service/stackOutputs.ts";
import { edgeOnInstances, edgeGroups } from "./edgeWithFloatingIp.ts";
import { octavia, octaviaGroups } from "./octaviaStack.ts";
import { newestRecipe, hostRecipeOf } from "../../settings/haproxyVersion.ts";
import type { StackArgs } from "../service/target.ts";

export interface OvhArgs extends StackArgs {
  readonly ovh: OvhSettings;
  readonly ssh: SshSettings;
  /** The ids of what the settings name. */
  readonly externalNetworkId: string;
  readonly balancerFlavorId?: string;
  /** The edge that users reach, see `entranceEdge`; with an edge only. */
  readonly entrance: string;
  /** Edges that exist and do not answer; with an edge only. */
  readonly silentEdges: readonly string[];
  /** The existing load balancer, read before it is changed; none under mocks. */
  readonly balancerHooks?: pulumi.ResourceHookBinding;
}

/** The parts that both kinds of balancer share. */
export interface InstanceInfrastructure {
  readonly network: StackNetwork;
  readonly hosts: Readonly<Record<Color, readonly InstanceHost[]>>;
  readonly edges: readonly InstanceHost[];
  /** Absent without services. */
  readonly servicesHost?: InstanceHost;
}

/** The security groups of hosts, by role. */
export interface HostGroups {
  readonly apps: pulumi.Output<string>;
  readonly edges?: pulumi.Output<string>;
  readonly services?: pulumi.Output<string>;
}

/** Both colors on instances of an OpenStack cloud, behind Octavia or an edge of our own. */
export function ovhStack(args: OvhArgs): StackOutputs {
  const { settings, ovh } = args;
  const opts = { providers: [providerFor(ovh.account)] };
  const infrastructure = makeInfrastructure(args, opts);
  const isManaged = settings.balancer === "managed";
  const kind: BalancerKind<RenderedBalancer> = isManaged
    ? octavia(args, infrastructure)
    : edgeOnInstances(args, infrastructure);
  const service = new BlueGreenService(
    "app",
    {
      ...{ ...args, ...kind, hosts: infrastructure.hosts },
      services: servicesOn(infrastructure.servicesHost, args),
    },
    opts,
  );
  const release = storeRelease(args, service, opts);
  return { ...stackOutputs(settings, service), ...(release && { release }) };
}

function storeRelease(
  { settings, names, ovh }: OvhArgs,
  service: BlueGreenService<RenderedBalancer>,
  opts: pulumi.ComponentResourceOptions,
): pulumi.Output<string> | undefined {
  const { artifactContainer: container } = ovh;
  if (container === undefined) return undefined;
  const { pools, balancer } = service;
  const { rendered } = balancer;
  const args = { container, stack: names.stack, settings, pools, rendered, after: [service] };
  return new StoredRelease("release", args, opts).id;
}

/** Uses the account in the settings, whatever the environment of a later command says. */
function providerFor({ password, applicationCredentialSecret, ...account }: OpenStackAccount) {
  return new openstack.Provider("openstack", {
    ...account,
    ...(password !== undefined && { password: pulumi.secret(password) }),
    ...(applicationCredentialSecret !== undefined && {
      applicationCredentialSecret: pulumi.secret(applicationCredentialSecret),
    }),
  });
}

function makeInfrastructure(
  args: OvhArgs,
  opts: pulumi.ComponentResourceOptions,
): InstanceInfrastructure {
  const { settings, names, ovh, ssh, externalNetworkId } = args;
  const cidrs = { cidr: ovh.networkCidr, sshCidrs: ssh.allowedCidrs };
  const network = new StackNetwork(
    "network",
    { name: names.network, externalNetworkId, ...cidrs },
    opts,
  );
  const isManaged = settings.balancer === "managed";
  const groups: HostGroups = isManaged
    ? octaviaGroups(settings, ovh, network)
    : edgeGroups(settings, network);
  const make = (role: Role) => makeInstance(role, args, network, groups, opts);
  return {
    network,
    hosts: {
      blue: colorHosts("blue", settings, make("blue")),
      green: colorHosts("green", settings, make("green")),
    },
    edges: edgeHosts(settings, make("edge")),
    ...(hasServices(settings) && {
      servicesHost: makeServicesHost(args, network, groups, opts),
    }),
  };
}

type Role = Color | "edge" | "services";

/**
 * Its ports are open to the app's hosts only. A `pulumi destroy` that leaves it leaves the rules for SSH too, which
 * that needs.
 */
function makeServicesHost(
  args: OvhArgs,
  network: StackNetwork,
  groups: HostGroups,
  opts: pulumi.ComponentResourceOptions,
): InstanceHost {
  const openings = Object.values(args.settings.services).map(({ port }) => ({
    ...{ port, group: groups.apps },
  }));
  const services = network.group("services", openings);
  const after = { ...opts, dependsOn: network };
  const make = makeInstance("services", args, network, { ...groups, services }, after);
  return make(SERVICES_HOST, args.ovh.servicesFlavor);
}

function makeInstance(
  role: Role,
  { settings, names, ovh, ssh, silentEdges }: OvhArgs,
  network: StackNetwork,
  { apps, edges, services }: HostGroups,
  opts: pulumi.ComponentResourceOptions,
): MakeHost<InstanceHost> {
  const isEdge = role === "edge";
  const group = { blue: apps, green: apps, edge: edges, services }[role];
  return (name, size) =>
    new InstanceHost(
      `${name}-host`,
      {
        hostName: name,
        machineName: names.host(name),
        stack: names.stack,
        flavor: size ?? ovh.flavor,
        image: ovh.image,
        externalNetwork: ovh.externalNetwork,
        network,
        groups: group ? [group] : [],
        role,
        hasEntrance: isEdge,
        access: ssh,
        isSilent: silentEdges.includes(name),
        haproxy: isEdge ? newestRecipe(settings) : hostRecipeOf(settings),
        ...(role === "services" && { keepsFiles: true }),
      },
      opts,
    );
}
