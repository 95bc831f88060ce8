import { randomInt, randomUUID } from "node:crypto";
import { notFound, unprocessable } from "../http/apiError.ts";
import type { Violation } from "../../http/callLog.ts";
import { LABEL, type Labels } from "../../labels.ts";
import type { Network, Networks } from "../../networks/networks.ts";
import type { Schedule } from "../../schedule.ts";
import type { Faults } from "../http/faults.ts";
import type { Delays, Limits } from "../options.ts";
import { Authority } from "../plane/certificate.ts";
import type { Balancers } from "../plane/balancers.ts";
import type { DropletMachines } from "../plane/machines.ts";
import { REGIONS, type Region } from "./catalog.ts";
import type {
  Action,
  Certificate,
  Droplet,
  Firewall,
  LoadBalancer,
  Project,
  ReservedIp,
  Vpc,
} from "./records.ts";

/** What the account's resources are made of. */
export interface Plane {
  readonly machines: DropletMachines;
  readonly networks: Networks;
  readonly balancers: Balancers;
  /** Removes what an error left behind, except networks. */
  sweep(): Promise<void>;
}

export interface CloudOptions {
  readonly plane: Plane;
  readonly publicNetwork: Network;
  readonly limits: Limits;
  readonly delays: Delays;
  readonly faults: Faults;
  readonly schedule: Schedule;
  readonly violations: Violation[];
  /** Names of networks begin with it, and the label carries it. */
  readonly run: string;
}

/** One account and all that stands in it. */
export class Cloud {
  readonly options: CloudOptions;
  readonly droplets = new Map<number, Droplet>();
  readonly actions = new Map<number, Action>();
  readonly vpcs = new Map<string, Vpc>();
  readonly firewalls = new Map<string, Firewall>();
  readonly loadBalancers = new Map<string, LoadBalancer>();
  /** By name. */
  readonly certificates = new Map<string, Certificate>();
  /** Stands for Let's Encrypt. */
  readonly authority = new Authority("emulated authority");
  /** Domains that the account's DNS manages. */
  readonly domains = new Set<string>();
  readonly tags = new Set<string>();
  readonly reservedIps = new Map<string, ReservedIp>();
  readonly projects = new Map<string, Project>();
  readonly ownerId = randomUUID();
  /** Two accounts on one machine must not name their containers alike. */
  #lastId = randomInt(300_000_000, 500_000_000);

  constructor(options: CloudOptions) {
    this.options = options;
    for (const region of REGIONS) if (region.available) this.#addDefaultVpc(region);
    this.#addDefaultProject();
  }

  /** For droplets and actions. */
  newId(): number {
    return ++this.#lastId;
  }

  get labels(): Labels {
    return { [LABEL]: this.options.run };
  }

  get defaultProject(): Project {
    return only([...this.projects.values()].find(({ isDefault }) => isDefault));
  }

  #addDefaultVpc(region: Region): void {
    const id = randomUUID();
    const name = `default-${region.slug}`;
    const createdAt = timestamp();
    const more = { description: "", isDefault: true, members: new Map<string, never>() };
    this.vpcs.set(id, { id, name, region, createdAt, ...more });
  }

  #addDefaultProject(): void {
    const id = randomUUID();
    const now = timestamp();
    this.projects.set(id, {
      ...{ id, createdAt: now, updatedAt: now, isDefault: true, name: "first-project" },
      ...{ description: "", purpose: "Web Application", environment: "Development" },
      resources: new Map(),
    });
  }
}

/** Times as the API writes them. */
export function timestamp(at = Date.now()): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** What a path names. @throws ApiError 404 */
export function only<T>(found: T | undefined): T {
  if (found === undefined) throw notFound();
  return found;
}

/** A region that takes new resources. @throws ApiError 422 */
export function openRegion(slug: string | undefined): Region {
  const region = REGIONS.find((it) => it.slug === slug);
  if (!region) throw unprocessable(`Invalid region ${slug ?? ""}.`);
  if (!region.available) throw unprocessable(`Region ${region.slug} is not available.`);
  return region;
}
