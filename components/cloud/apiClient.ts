import ky, { HTTPError, type KyInstance, type Options, TimeoutError } from "ky";

/** The call failed after all retries; `status` is 0 if there was no answer. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** OpenStack operators find a call by this header. */
const REQUEST_ID = "x-openstack-request-id";

/**
 * Retries timeouts (30 s), 429 and 5xx five times: after half a second, then twice as long each time,
 * or after the vendor's Retry-After. Vendors count their limits by the minute or the hour, so waiting
 * longer than two minutes is not worth it.
 */
const RETRY: Options = {
  timeout: 30_000,
  retry: {
    limit: 5,
    methods: ["get", "post", "put", "delete"],
    statusCodes: [429, 500, 502, 503, 504],
    afterStatusCodes: [429, 503],
    maxRetryAfter: 120_000,
    delay: (attempt) => 500 * 2 ** (attempt - 1),
    retryOnTimeout: true,
  },
};

/**
 * A cloud API client with retries. Only for calls that are safe to repeat.
 *
 * @param beforeAgain Called before a change is retried; an error from it ends the call.
 */
export function patientClient(options: Options, beforeAgain: () => Promise<void>): KyInstance {
  return ky.create({
    ...RETRY,
    ...options,
    hooks: {
      beforeRetry: [
        async ({ request, error }) => {
          if (request.method === "GET") return;
          // If that call fails too, the first call's error says more.
          await beforeAgain().catch((reason: unknown) => {
            throw reason instanceof ApiError ? error : reason;
          });
        },
      ],
    },
  });
}

/** Finds the vendor's own message in a response. */
export type MessageIn = (body: unknown) => string | undefined;

/**
 * Turns a client's error into one for the user.
 *
 * @param call Names the request and the API.
 */
export async function callError(
  call: string,
  error: unknown,
  messageIn: MessageIn,
): Promise<unknown> {
  // No answer is a TimeoutError, or fetch's TypeError.
  if (error instanceof TimeoutError || error instanceof TypeError) {
    return new ApiError(0, `${call}: ${reason(error)}`);
  }
  if (!(error instanceof HTTPError)) return error;
  const { status, headers } = error.response;
  const id = headers.get(REQUEST_ID);
  const said = words(await error.response.text(), messageIn);
  return new ApiError(status, `${call}: ${status} ${said}${id === null ? "" : ` (${id})`}`);
}

function reason({ message, cause }: Error): string {
  return `no answer: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}`;
}

function words(text: string, messageIn: MessageIn): string {
  try {
    return messageIn(JSON.parse(text) as unknown) ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
