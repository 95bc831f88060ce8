import type { Delay } from "../schedule.ts";

/** Of a project; -1 is no limit. A test may change them. */
export interface Quotas {
  instances: number;
  cores: number;
  /** MB. */
  ram: number;
  keyPairs: number;
  network: number;
  subnet: number;
  port: number;
  router: number;
  floatingip: number;
  securityGroup: number;
  securityGroupRule: number;
}

export interface Delays {
  /** From a server's creation to ACTIVE, the making of its machine not counted. */
  readonly serverActive: Delay;
  /** How long any other change of a server takes. */
  readonly serverAction: Delay;
  /** From the deletion of a server to its end. */
  readonly serverDeleted: Delay;
  /** From a change of rules, groups or addresses to its effect on the machines. */
  readonly firewallEffect: Delay;
  /** From the association of a floating IP to its effect. */
  readonly floatingEffect: Delay;
}

/** OVH's for a new project, where it names them. */
export const QUOTAS: Quotas = {
  ...{ instances: 20, cores: 20, ram: 40 * 1024, keyPairs: 100 },
  ...{ network: 40, subnet: 100, port: 200, router: 20, floatingip: 20 },
  ...{ securityGroup: 50, securityGroupRule: 200 },
};

/** Shorter than a vendor's where only waiting is at stake. */
export const DELAYS: Delays = {
  serverActive: { from: 1000, to: 3000 },
  serverAction: 1000,
  serverDeleted: 500,
  firewallEffect: 1000,
  floatingEffect: { from: 500, to: 1500 },
};
