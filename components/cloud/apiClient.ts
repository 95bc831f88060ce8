import ky, { HTTPError, type KyInstance, type Options, TimeoutError } from "ky";

/** The call failed for good; `status` is 0 where nobody answered. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** By which OpenStack's operators find a call. */
const REQUEST_ID = "x-openstack-request-id";

/**
 * What is not answered within half a minute, or with 429 or 5xx, is asked again five times: after half
 * a second, then twice as long each time, or after what the vendor asks for. Vendors count their limits
 * by the minute and by the hour, so that two minutes are the longest wait that is worth it.
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
 * A client of a cloud's API that tries again. Only for calls that may be made twice.
 *
 * @param beforeAgain Asked before a change is tried again; what it throws ends the call.
 */
export function patientClient(options: Options, beforeAgain: () => Promise<void>): KyInstance {
  return ky.create({
    ...RETRY,
    ...options,
    hooks: {
      beforeRetry: [
        async ({ request, error }) => {
          if (request.method === "GET") return;
          // Where it can't be asked either, the first call's error tells more.
          await beforeAgain().catch((reason: unknown) => {
            throw reason instanceof ApiError ? error : reason;
          });
        },
      ],
    },
  });
}

/** Finds the vendor's own words in an answer. */
export type MessageIn = (body: unknown) => string | undefined;

/**
 * What an error of such a client is to its user.
 *
 * @param call What was asked of whom.
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
