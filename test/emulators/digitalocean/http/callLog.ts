export interface Call {
  /** When it arrived, milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** The description's path, such as `/v2/droplets/{droplet_id}`; the path itself if unknown. */
  readonly pattern: string;
  readonly path: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly milliseconds: number;
}

/** Where a request or an answer does not fit the description, or the emulator itself failed. */
export interface Violation {
  readonly kind: "request" | "answer" | "emulator";
  /** Method and path, or what the emulator was doing. */
  readonly where: string;
  readonly problem: string;
}
