export interface Call {
  /** When it arrived, milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** The path with values in braces, such as `/v2/droplets/{droplet_id}`. */
  readonly pattern: string;
  readonly path: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly milliseconds: number;
}

/** A request or an answer that the API does not know, or a failure of the emulator itself. */
export interface Violation {
  readonly kind: "request" | "answer" | "emulator";
  /** Method and path, or what the emulator was doing. */
  readonly where: string;
  readonly problem: string;
}
