/** One of the cloud's services, such as Nova, below its own endpoint of the catalog. */
export interface Service {
  /** The catalog's type, such as `load-balancer`. */
  readonly type: string;
  /** What it throws is an error of the emulator: answered with 500, and recorded as a violation. */
  handle(request: Request): Promise<Answer>;
  /** What a user has made and not removed, by kind. */
  count?(projectId: string): Readonly<Record<string, number>>;
  /** Nothing happens any more, and nothing that it made runs. */
  stop?(): Promise<void>;
}

export interface Request {
  readonly method: string;
  /** Below the service's endpoint, with the version and without the query: `/v2.0/lbaas/pools`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else its bytes; undefined where there is none. */
  readonly body: unknown;
  /** The project that the token is for. */
  readonly projectId: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Buffer as it is, anything else as JSON. */
  readonly body?: Buffer | object;
}
