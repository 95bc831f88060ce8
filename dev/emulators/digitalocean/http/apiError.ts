/** The vendor's short names for the statuses that it answers with. */
const IDS: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  412: "precondition_failed",
  422: "unprocessable_entity",
  429: "too_many_requests",
  500: "server_error",
  503: "service_unavailable",
};

/** A request that the API refuses, in the vendor's words where they are known. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  /** The body that the description calls `error`. */
  get body(): { id: string; message: string } {
    return { id: IDS[this.status] ?? "error", message: this.message };
  }
}

export function notFound(): ApiError {
  return new ApiError(404, "The resource you were accessing could not be found.");
}

export function unprocessable(message: string): ApiError {
  return new ApiError(422, message);
}

export function forbidden(message: string): ApiError {
  return new ApiError(403, message);
}
