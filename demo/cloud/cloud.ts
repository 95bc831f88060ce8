import type { Meanings } from "../../release/output/describe.ts";
import type { Violation } from "../../dev/emulators/http/callLog.ts";
import type { Holding } from "./holdings.ts";

/** An emulated cloud, as its tour needs it. */
export interface Cloud {
  /** `DigitalOcean` */
  readonly title: string;
  /** Value of the setting `target`. */
  readonly target: "digitalocean" | "ovh";
  /** The vendor's term for a machine: `droplet`. */
  readonly machine: string;
  /** The vendor's term for a customer's account: `account`. */
  readonly account: string;
  /** The vendor's own balancer: `DigitalOcean's load balancer`. */
  readonly balancer: string;
  /** The public address of an edge on one host: `a reserved IP`. */
  readonly edgeAddress: string;
  /** Required settings besides images and SSH, by path. */
  readonly config: Readonly<Record<string, string>>;
  /** Describes the resources to show; others are only counted. */
  readonly meanings: Meanings;
  /** Whether the vendor's balancer supports weights. */
  readonly hasCanary: boolean;
  /** Why the vendor's balancer may cut requests on kept connections; absent if it does not. */
  readonly cut?: string;
  /** How to do the same in a real account. */
  readonly guide: string;
  /** @param run Value of the label on everything made in Docker. */
  open(run: string): Promise<Account>;
}

/** An open account with a registry beside it. */
export interface Account {
  readonly url: string;
  /** For the program and the plugin; undefined removes a variable of the user's. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls that the vendor would refuse, and errors of the emulator. */
  readonly violations: readonly Violation[];
  /** @returns the name by which the cloud's machines pull the image. */
  push(image: string): Promise<string>;
  /** The account's contents by the vendor's API. @param stack Its names are shortened. */
  holdings(stack: string): Promise<readonly Holding[]>;
  /** Removes everything in it. */
  close(): Promise<void>;
}
