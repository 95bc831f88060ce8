import { randomBytes } from "node:crypto";
import type { Call, Violation } from "../http/callLog.ts";
import type { Fault } from "../http/faults.ts";
import { ApiServer } from "../http/server.ts";
import { LABEL, type Labels } from "../labels.ts";
import { Schedule } from "../schedule.ts";
import { catalogOf } from "./api/catalog.ts";
import { Compute } from "./api/compute.ts";
import { identityRefusal, identityRoutes } from "./api/identity.ts";
import { imageRefusal, imageRoutes } from "./api/images.ts";
import { network } from "./api/network.ts";
import { Cloud, type Plane } from "./cloud/cloud.ts";
import { Faults, type ServerFailure } from "./cloud/faults.ts";
import { type ApplicationCredential, DOMAIN, Identity } from "./cloud/identity.ts";
import { type Neutron, neutronOf } from "./cloud/neutron.ts";
import { removeAll } from "./cloud/removal.ts";
import { vanish } from "./cloud/serverLife.ts";
import { CloudApi } from "./http/cloudApi.ts";
import { RoutedService } from "./http/routes.ts";
import type { Service } from "./http/service.ts";
import { DELAYS, type Delays, QUOTAS, type Quotas } from "./options.ts";

export type { Call, Violation } from "../http/callLog.ts";
export type { Fault } from "../http/faults.ts";
export type { ServerFailure } from "./cloud/faults.ts";
export type { Neutron } from "./cloud/neutron.ts";
export type { Delays, Quotas } from "./options.ts";
export type * from "./plane/machines.ts";

export interface OpenStackOptions {
  /** What makes networks and the instances' machines. */
  readonly plane: Plane;
  /** Services beside identity, image, compute and network, such as Octavia's. */
  readonly services?: (neutron: Neutron, surroundings: Surroundings) => readonly Service[];
  readonly quotas?: Partial<Quotas>;
  readonly delays?: Partial<Delays>;
  /** How long a token is good. Default 3600. */
  readonly tokenSeconds?: number;
  /** Default `GRA11`. */
  readonly region?: string;
  /** The same seed draws the same delays in the same order. Default 1. */
  readonly seed?: number;
  /** What is made carries it as the value of its label. Default: drawn. */
  readonly run?: string;
  /** Default: loopback, and a free port. */
  readonly host?: string;
  readonly port?: number;
}

/** What services beside share with the others. */
export interface Surroundings {
  /** For whatever they make in Docker. */
  readonly labels: Labels;
  /** Gets what goes wrong in the emulator itself. */
  readonly onError: (where: string, error: unknown) => void;
}

export interface OpenStack {
  readonly url: string;
  /** `OS_*` with user and password, as for the command line. */
  readonly environment: Readonly<Record<string, string>>;
  readonly projectId: string;
  /** Another way in, for the same project. */
  addApplicationCredential(name: string): ApplicationCredential;
  readonly faults: {
    inject(fault: Fault): void;
    /** The next servers that are created never become active. */
    failServers(how: ServerFailure, times?: number): void;
    /** No token that was issued until now is good any more. */
    expireTokens(): void;
    /** A server's machine is gone without a call of the API. */
    vanish(serverId: string): Promise<void>;
    setQuotas(quotas: Partial<Quotas>): void;
    clear(): void;
  };
  /** Every call since the start or the last `reset`, in the order in which they ended. */
  calls(): readonly Call[];
  /** Forgets calls and violations. */
  reset(): void;
  /** Requests that no client of the API would send, and errors of the emulator. Tests want none. */
  readonly violations: readonly Violation[];
  /** What stands in the project, by kind: of what a user has made, how much. */
  leftovers(): Readonly<Record<string, number>>;
  /** Docker's name of the network that stands for the internet. */
  readonly externalNetwork: string;
  /** Whatever it made in Docker carries this label, as `name=value`. */
  readonly label: string;
  /** Ends the server and removes all that it made. */
  stop(): Promise<void>;
}

/** Starts a cloud with an empty project behind a server that answers as OpenStack's services do. */
export async function startOpenStack(options: OpenStackOptions): Promise<OpenStack> {
  const { region = "GRA11", host = "127.0.0.1", port = 0 } = options;
  const cloud = await openCloud(options);
  const { violations, external, identity } = cloud.options;
  const services = servicesOf(cloud, options);
  let url = "";
  const types = ["identity", ...services.map(({ type }) => type)];
  const catalog = () => catalogOf(url, types, region, identity.project.id);
  const keystone = new RoutedService({
    ...{ type: "identity", refused: identityRefusal, violations },
    routes: identityRoutes(identity, () => `${url}/identity`, catalog),
  });
  const projectOf = (token: string | undefined) => identity.token(token) && identity.project.id;
  const { faults } = cloud.options;
  const api = new CloudApi({ faults, violations, identity: keystone, services, projectOf });
  const server = new ApiServer(api);
  url = await server.listen(host, port).catch(async (error: unknown) => {
    await removeAll(cloud);
    throw error;
  });
  return {
    ...{ url, violations, projectId: identity.project.id, externalNetwork: external.name },
    environment: environmentOf(`${url}/identity/v3`, region, identity),
    addApplicationCredential: (name) => identity.addCredential(name),
    faults: faultsOf(cloud),
    calls: () => [...server.calls],
    reset: () => {
      server.calls.length = 0;
      violations.length = 0;
    },
    leftovers: () => leftovers(cloud, services),
    label: `${LABEL}=${cloud.options.run}`,
    stop: async () => {
      await server.close();
      for (const service of services) await service.stop?.();
      await removeAll(cloud);
    },
  };
}

async function openCloud(options: OpenStackOptions): Promise<Cloud> {
  const { plane, run = `blue-green-cloud-${randomBytes(3).toString("hex")}` } = options;
  const violations: Violation[] = [];
  const schedule = new Schedule(options.seed ?? 1, noteIn(violations));
  return new Cloud({
    ...{ plane, schedule, violations, run, labels: { [LABEL]: run }, faults: new Faults() },
    external: await plane.networks.create(`${run}-external`),
    identity: new Identity(options.tokenSeconds ?? 3600),
    quotas: { ...QUOTAS, ...options.quotas },
    delays: { ...DELAYS, ...options.delays },
  });
}

/** Records a fault of the emulator. */
function noteIn(violations: Violation[]): Surroundings["onError"] {
  return (where, error) => {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    violations.push({ kind: "emulator", where, problem });
  };
}

function servicesOf(cloud: Cloud, { services }: OpenStackOptions): Service[] {
  const { violations, labels } = cloud.options;
  const glance = { type: "image", routes: imageRoutes, refused: imageRefusal, violations };
  const more = services?.(neutronOf(cloud), { labels, onError: noteIn(violations) }) ?? [];
  return [new RoutedService(glance), new Compute(cloud), network(cloud), ...more];
}

function environmentOf(
  authUrl: string,
  region: string,
  { user, password, project }: Identity,
): Record<string, string> {
  return {
    OS_AUTH_URL: authUrl,
    OS_REGION_NAME: region,
    OS_USERNAME: user.name,
    OS_PASSWORD: password,
    OS_PROJECT_ID: project.id,
    OS_USER_DOMAIN_NAME: DOMAIN.name,
    OS_PROJECT_DOMAIN_NAME: DOMAIN.name,
    OS_IDENTITY_API_VERSION: "3",
  };
}

function faultsOf(cloud: Cloud): OpenStack["faults"] {
  const { faults, identity, quotas } = cloud.options;
  return {
    inject: (fault) => faults.inject(fault),
    failServers: (how, times) => faults.failServers(how, times),
    expireTokens: () => identity.revokeAll(),
    vanish: async (id) => {
      const server = cloud.servers.get(id);
      if (!server) throw new Error(`There is no server ${id}.`);
      await vanish(cloud, server);
    },
    setQuotas: (changed) => void Object.assign(quotas, changed),
    clear: () => faults.clear(),
  };
}

function leftovers(cloud: Cloud, services: readonly Service[]): Record<string, number> {
  return {
    servers: cloud.servers.size,
    keypairs: cloud.keypairs.size,
    // The external network, its subnet and the default group are there from the beginning.
    networks: cloud.networks.size - 1,
    subnets: cloud.subnets.size - 1,
    ports: cloud.ports.size,
    routers: cloud.routers.size,
    securityGroups: cloud.groups.size - 1,
    floatingIps: cloud.floatingIps.size,
    ...Object.fromEntries(
      services.flatMap((service) => Object.entries(service.count?.(cloud.projectId) ?? {})),
    ),
  };
}
