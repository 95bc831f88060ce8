import { Client, type Dispatcher } from "undici";
import type { Answer, Reason } from "./outcome.ts";
import { now } from "./clock.ts";

export interface LoadTls {
  /** Certificates of authorities, as PEM. */
  readonly ca: string;
  readonly serverName: string;
}

export interface ClientOptions {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Lower case. */
  readonly colorHeader: string;
  readonly isExpected: (status: number) => boolean;
  readonly timeoutMs: number;
  readonly tls?: LoadTls;
  /** False: a new TCP connection for each request. */
  readonly reusesConnection: boolean;
}

/**
 * Requests one URL repeatedly, one request at a time, and reports how each ended.
 *
 * undici's Client is used below its fetch and request layers: it is about 2.5 times as fast as
 * node:http here, has no retry (that is a separate interceptor), and with one request in flight
 * there is never a second one to be sent again after a reset.
 *
 * A connection that the server closes while idle is replaced and does not count as a failure. In a closed
 * loop connections are idle only for microseconds; a low rate makes this possible. Once a request is
 * written, the end of its connection is a failure, even if the server has not read it.
 */
export class LoadClient {
  readonly #options: ClientOptions;
  #client: Client;
  #deadline = Infinity;
  #hasTimedOut = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#client = openClient(options);
  }

  ask(): Promise<Answer> {
    const { path, headers, timeoutMs } = this.#options;
    this.#deadline = now() + timeoutMs;
    this.#hasTimedOut = false;
    return new Promise((resolve) => {
      this.#client.dispatch({ path, method: "GET", headers }, this.#handler(resolve));
    });
  }

  /**
   * Ends the request in flight if its time is up. Called by one timer for all clients: a timer for
   * each request would cost more than the request. Dropping the whole client also ends a request
   * that is still waiting for its connection.
   */
  expire(time: number): void {
    if (time < this.#deadline) return;
    this.#deadline = Infinity;
    this.#hasTimedOut = true;
    const late = this.#client;
    this.#client = openClient(this.#options);
    void late.destroy(new Error(`no complete answer within ${this.#options.timeoutMs} ms`));
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #handler(resolve: (answer: Answer) => void): Dispatcher.DispatchHandler {
    const { colorHeader, isExpected } = this.#options;
    let isSent = false;
    let status: number | undefined;
    let color: string | undefined;
    const end = (answer: Answer): void => {
      this.#deadline = Infinity;
      resolve(answer);
    };
    return {
      onRequestStart: () => {
        isSent = true;
      },
      onResponseStart: (_controller, statusCode, headers) => {
        status = statusCode;
        const value = headers[colorHeader];
        color = Array.isArray(value) ? value[0] : value;
      },
      onResponseData: () => {},
      onResponseEnd: () => {
        const isGood = status !== undefined && isExpected(status);
        end(answerOf(isGood ? undefined : "status", status, color));
      },
      onResponseError: (_controller, error) => {
        const reason = this.#hasTimedOut ? "timeout" : reasonOf(error, isSent, status);
        end(answerOf(reason, status, color, error.message));
      },
    };
  }
}

function openClient({ origin, timeoutMs, tls, reusesConnection }: ClientOptions): Client {
  return new Client(origin, {
    // 0 sends `connection: close` and opens a connection for each request.
    pipelining: reusesConnection ? 1 : 0,
    // Only keeps a dropped client's socket from lingering; expire() enforces the deadline.
    connect: { timeout: timeoutMs, ...(tls && { ca: tls.ca, servername: tls.serverName }) },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function reasonOf(error: Error, isSent: boolean, status: number | undefined): Reason {
  if (!isSent) return "connect";
  if (error.name === "HTTPParserError") return "malformed";
  return status === undefined ? "reset" : "truncated";
}

/** Leaves out unknown keys instead of setting them to undefined. */
function answerOf(
  reason: Reason | undefined,
  status: number | undefined,
  color: string | undefined,
  error?: string,
): Answer {
  return {
    ...(reason !== undefined && { reason }),
    ...(status !== undefined && { status }),
    ...(color !== undefined && { color }),
    ...(error !== undefined && { error }),
  };
}
