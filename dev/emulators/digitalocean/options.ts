import type { Delay } from "../schedule.ts";
import type { RateLimits } from "./http/rateLimit.ts";

export interface Limits extends RateLimits {
  /** Droplets of the account; a test may change it. */
  droplets: number;
  readonly reservedIps: number;
  /** Droplets that a load balancer takes by id; by tag there is no limit. */
  readonly dropletIdsPerBalancer: number;
}

export interface Delays {
  /** From a droplet's creation to `active`, the making of its machine not counted. */
  readonly dropletActive: Delay;
  /** How long any other action is in progress. */
  readonly action: Delay;
  /** From a load balancer's creation to `active`. */
  readonly balancerActive: Delay;
  /** From the request for a certificate of Let's Encrypt to its end, good or bad. */
  readonly certificateIssued: Delay;
  /** From a change of members or settings to its effect on the load balancer. */
  readonly balancerEffect: Delay;
  /** From a change of rules, tags or addresses to its effect on the droplets' firewalls. */
  readonly firewallEffect: Delay;
}

/** The vendor's figures of 2026; droplets are the limit of an established account. */
export const LIMITS: Limits = {
  perHour: 5000,
  perMinute: 250,
  droplets: 25,
  reservedIps: 3,
  dropletIdsPerBalancer: 10,
};

/** Shorter than the vendor's where only waiting is at stake; a balancer's effect is not. */
export const DELAYS: Delays = {
  dropletActive: 1000,
  action: 500,
  balancerActive: 1000,
  certificateIssued: 2000,
  balancerEffect: { from: 2000, to: 5000 },
  firewallEffect: 1000,
};
