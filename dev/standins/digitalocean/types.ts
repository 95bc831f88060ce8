import type { ResourceTypes } from "../provider/plugin.ts";
import type { Api } from "./api.ts";
import { CloudResource, type Definition } from "./cloudResource.ts";
import { certificate } from "./resources/certificate.ts";
import { droplet } from "./resources/droplet.ts";
import { firewall } from "./resources/firewall.ts";
import { loadBalancer } from "./resources/loadBalancer.ts";
import { project } from "./resources/project.ts";
import { projectResources } from "./resources/projectResources.ts";
import { reservedIp } from "./resources/reservedIp.ts";
import { tag } from "./resources/tag.ts";
import { vpc } from "./resources/vpc.ts";

const definitions: Readonly<Record<string, Definition>> = {
  "digitalocean:index/certificate:Certificate": certificate,
  "digitalocean:index/droplet:Droplet": droplet,
  "digitalocean:index/firewall:Firewall": firewall,
  "digitalocean:index/loadBalancer:LoadBalancer": loadBalancer,
  "digitalocean:index/project:Project": project,
  "digitalocean:index/projectResources:ProjectResources": projectResources,
  "digitalocean:index/reservedIp:ReservedIp": reservedIp,
  "digitalocean:index/tag:Tag": tag,
  "digitalocean:index/vpc:Vpc": vpc,
};

/** The resource types by token, working with one account. */
export function typesWith(api: Api): ResourceTypes {
  const types = Object.entries(definitions).map(
    ([token, definition]) => [token, new CloudResource(definition, api)] as const,
  );
  return new Map(types);
}
