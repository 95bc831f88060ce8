/** A request that a service refuses, in OpenStack's words where they are known. */
export class Refusal extends Error {
  readonly status: number;
  /** Neutron's name of the error, such as `OverQuota`; other services have none. */
  readonly type: string;

  constructor(status: number, message: string, type = "HTTPError") {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** A request that no client of this API would send: refused, and recorded as a violation. */
export class Unfitting extends Refusal {
  constructor(message: string) {
    super(400, message, "HTTPBadRequest");
  }
}

/** @param type Neutron's name, such as `PortNotFound` */
export function notFound(what: string, id: string, type?: string): Refusal {
  return new Refusal(404, `${what} ${id} could not be found.`, type);
}

export function conflict(message: string, type?: string): Refusal {
  return new Refusal(409, message, type);
}
