import type { Color } from "../../lib/color.ts";

/** One machine of the stack, as its cloud knows it. */
export interface ObservedMachine {
  readonly id: number | string;
  /** Within the stack: `blue-1`, `edge-1`. */
  readonly hostName: string;
  /** Undefined for one that runs the balancer. */
  readonly color?: Color;
  /** Empty while the machine is new. */
  readonly publicAddress: string;
}

/** A cloud's own words, for messages. */
export interface MachineWords {
  /** One machine, and several. */
  readonly one: string;
  readonly many: string;
  /** Where they are. */
  readonly account: string;
  /** The command by which a person deletes one. */
  readonly deletion: (id: number | string) => string;
}
