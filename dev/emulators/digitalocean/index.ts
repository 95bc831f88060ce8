import { randomBytes } from "node:crypto";
import { HANDLERS } from "./api/handlers.ts";
import { settled } from "./cloud/balancerLife.ts";
import { Cloud, only, type Plane } from "./cloud/cloud.ts";
import { vanish } from "./cloud/dropletLife.ts";
import { renewCertificate } from "./cloud/issuing.ts";
import { removeAll } from "./cloud/removal.ts";
import { dockerPlane } from "../dockerPlane.ts";
import type { Call, Violation } from "../http/callLog.ts";
import type { Fault } from "../http/faults.ts";
import { ApiServer } from "../http/server.ts";
import { LABEL } from "../labels.ts";
import { Schedule } from "../schedule.ts";
import { AccountApi } from "./http/accountApi.ts";
import { Answering } from "./http/answering.ts";
import { type DropletFailure, Faults } from "./http/faults.ts";
import { Tokens } from "./http/tokens.ts";
import { DELAYS, type Delays, type Limits, LIMITS } from "./options.ts";
import { HaproxyBalancers } from "./plane/haproxyBalancers.ts";
import type { DropletMachines } from "./plane/machines.ts";

export type { Call, Violation } from "../http/callLog.ts";
export type { Fault } from "../http/faults.ts";
export type { DropletFailure } from "./http/faults.ts";
export type * from "./plane/machines.ts";
export type { Delays, Limits } from "./options.ts";

export interface DigitalOceanOptions {
  /** What makes the droplets' machines. */
  readonly machines: DropletMachines;
  /** Default: real HAProxy and Docker networks. */
  readonly plane?: Omit<Plane, "machines">;
  readonly limits?: Partial<Limits>;
  readonly delays?: Partial<Delays>;
  /** The same seed draws the same delays in the same order. Default 1. */
  readonly seed?: number;
  /** What is made carries it as the value of its label. Default: drawn. */
  readonly run?: string;
  /** Default: loopback, and a free port. */
  readonly host?: string;
  readonly port?: number;
}

export interface DigitalOcean {
  /** For `DIGITALOCEAN_API_URL`. */
  readonly url: string;
  /** May do everything. */
  readonly token: string;
  /** Another token, with these scopes only, such as `droplet:read`. */
  addToken(scopes: readonly string[]): string;
  readonly faults: {
    inject(fault: Fault): void;
    /** The next droplets that are created never become active. */
    failDroplets(how: DropletFailure, times?: number): void;
    /** Let's Encrypt refuses the next certificates. */
    failCertificates(times?: number): void;
    /** A droplet's machine is gone without a call of the API. */
    vanish(dropletId: number): Promise<void>;
    /** From now on; the account's answer says so. */
    setDropletLimit(droplets: number): void;
    clear(): void;
  };
  /** From now on the account's DNS manages it. */
  addDomain(name: string): void;
  /** The vendor renews a certificate of Let's Encrypt: it gets another id. */
  renewCertificate(name: string): void;
  /** Who trusts this certificate trusts those that stand for Let's Encrypt's; PEM. */
  readonly authority: string;
  /** Every call since the start or the last `reset`, in the order in which they ended. */
  calls(): readonly Call[];
  /** Forgets calls and violations. */
  reset(): void;
  /** What did not fit the vendor's description, and errors of the emulator. Tests want none. */
  readonly violations: readonly Violation[];
  /** Docker's name of the network that stands for the internet. */
  readonly publicNetwork: string;
  /** Whatever it made in Docker carries this label, as `name=value`. */
  readonly label: string;
  /** Ids of the droplets that a load balancer sends new requests to now. */
  healthyMembers(loadBalancerId: string): Promise<number[]>;
  /** Resolves when no change of this load balancer is on its way any more; a minute at most. */
  settled(loadBalancerId: string): Promise<void>;
  /** Ends the server and removes all that it made. */
  stop(): Promise<void>;
}

/** Starts an account without resources behind a server that answers as the vendor's API does. */
export async function startDigitalOcean(options: DigitalOceanOptions): Promise<DigitalOcean> {
  const cloud = await openCloud(options);
  const { violations, publicNetwork } = cloud.options;
  const tokens = new Tokens();
  const server = new ApiServer(new AccountApi(cloud, new Answering(cloud, HANDLERS, tokens)));
  const stop = async (): Promise<void> => {
    await server.close();
    await removeAll(cloud);
  };
  const { host = "127.0.0.1", port = 0 } = options;
  const url = await server.listen(host, port).catch(async (error: unknown) => {
    await removeAll(cloud);
    throw error;
  });
  return {
    ...{ url, token: tokens.add(), violations, publicNetwork: publicNetwork.name, stop },
    label: `${LABEL}=${cloud.options.run}`,
    authority: cloud.authority.certificate,
    addDomain: (name) => void cloud.domains.add(name),
    renewCertificate: (name) => renewCertificate(cloud, name),
    addToken: (scopes) => tokens.add(scopes),
    faults: faultsOf(cloud),
    calls: () => [...server.calls],
    reset: () => {
      server.calls.length = 0;
      violations.length = 0;
    },
    healthyMembers: async (id) => (await cloud.loadBalancers.get(id)?.running?.healthy()) ?? [],
    settled: (id) => settled(cloud, id),
  };
}

async function openCloud(options: DigitalOceanOptions): Promise<Cloud> {
  const run = options.run ?? `blue-green-cloud-${randomBytes(3).toString("hex")}`;
  const violations: Violation[] = [];
  const schedule = new Schedule(options.seed ?? 1, (where, error) => {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    violations.push({ kind: "emulator", where, problem });
  });
  const real = options.plane ?? {
    ...dockerPlane({ [LABEL]: run }),
    balancers: new HaproxyBalancers(),
  };
  const plane = { ...real, machines: options.machines };
  const publicNetwork = await plane.networks.create(`${run}-public`);
  const limits = { ...LIMITS, ...options.limits };
  const delays = { ...DELAYS, ...options.delays };
  const faults = new Faults();
  return new Cloud({ plane, publicNetwork, limits, delays, faults, schedule, violations, run });
}

function faultsOf({ droplets, options: { faults, limits } }: Cloud): DigitalOcean["faults"] {
  return {
    inject: (fault) => faults.inject(fault),
    failDroplets: (how, times) => faults.failDroplets(how, times),
    failCertificates: (times) => faults.failCertificates(times),
    vanish: (id) => vanish(only(droplets.get(id))),
    setDropletLimit: (limit) => {
      limits.droplets = limit;
    },
    clear: () => faults.clear(),
  };
}
