import type { Carried, Report } from "../plane/report.ts";

const NONE: Carried = {
  ...{ bytes_in: 0, bytes_out: 0, active_connections: 0, total_connections: 0 },
  request_errors: 0,
};

/** What listeners have carried since their creation, over all reloads. */
export class Traffic {
  /** Of workers that are gone, and of the one that runs. */
  readonly #carried = new Map<string, { readonly before: Carried; readonly now: Carried }>();

  /** A worker that begins anew counts from zero. */
  note({ listeners }: Report): void {
    for (const [id, now] of listeners) {
      const last = this.#carried.get(id) ?? { before: NONE, now: NONE };
      const isNew = now.total_connections < last.now.total_connections;
      this.#carried.set(id, { before: isNew ? sum(last.before, last.now) : last.before, now });
    }
  }

  of(listenerIds: readonly string[]): Carried {
    return listenerIds
      .map((id) => this.#carried.get(id))
      .filter((it) => it !== undefined)
      .map(({ before, now }) => ({
        ...sum(before, now),
        active_connections: now.active_connections,
      }))
      .reduce(sum, NONE);
  }

  forget(listenerId: string): void {
    this.#carried.delete(listenerId);
  }
}

function sum(one: Carried, other: Carried): Carried {
  return {
    bytes_in: one.bytes_in + other.bytes_in,
    bytes_out: one.bytes_out + other.bytes_out,
    active_connections: one.active_connections + other.active_connections,
    total_connections: one.total_connections + other.total_connections,
    request_errors: one.request_errors + other.request_errors,
  };
}
