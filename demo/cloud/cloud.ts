import type { Meanings } from "../../release/output/describe.ts";
import type { Violation } from "../../dev/emulators/http/callLog.ts";
import type { Holding } from "./holdings.ts";

/** A cloud that is emulated on this machine, as its tour needs it. */
export interface Cloud {
  /** `DigitalOcean` */
  readonly title: string;
  /** Of the setting `target`. */
  readonly target: "digitalocean" | "ovh";
  /** What the vendor calls a machine: `droplet`. */
  readonly machine: string;
  /** What the vendor calls that which a customer has: `account`. */
  readonly account: string;
  /** The vendor's own balancer: `DigitalOcean's load balancer`. */
  readonly balancer: string;
  /** What users come in by where an edge runs on one host: `a reserved IP`. */
  readonly edgeAddress: string;
  /** What a user has to set beside images and SSH, by path. */
  readonly config: Readonly<Record<string, string>>;
  /** Of resources that are shown; changes of others are counted only. */
  readonly meanings: Meanings;
  /** Whether the vendor's balancer knows weights. */
  readonly hasCanary: boolean;
  /** Why the vendor's balancer may cut requests on kept connections; absent where it does not. */
  readonly cut?: string;
  /** How to do the same in a real account. */
  readonly guide: string;
  /** @param run The value of the label of all that is made in Docker. */
  open(run: string): Promise<Account>;
}

/** An open account with a registry beside it. */
export interface Account {
  readonly url: string;
  /** For the program and the plugin; undefined takes a variable of the user's away. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What was asked that the vendor would not take, and errors of the emulator. */
  readonly violations: readonly Violation[];
  /** @returns the name by which the cloud's machines pull the image. */
  push(image: string): Promise<string>;
  /** What stands in the account, asked from the vendor's API. @param stack whose names are shortened */
  holdings(stack: string): Promise<readonly Holding[]>;
  /** Removes all that stands in it. */
  close(): Promise<void>;
}
