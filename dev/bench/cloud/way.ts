import type { Color } from "../../../lib/color.ts";

/** How the traffic of a fleet can be moved, ready to be measured. */
export interface Way {
  /** Who has the traffic now. */
  readonly active: Color;
  /** Where users ask. */
  readonly url: string;
  /** Ends when whoever asked for the switch is told that it is done. */
  moveTo(color: Color): Promise<unknown>;
  /** Whether all new requests go to this color, and to every host of it. */
  hasMovedTo(color: Color): Promise<boolean>;
}

export interface WayKind<Fleet> {
  /** The head of its column. */
  readonly name: string;
  /** Done by this program, and so judged. */
  readonly isOurs: boolean;
  open(fleet: Fleet): Promise<Way>;
}
