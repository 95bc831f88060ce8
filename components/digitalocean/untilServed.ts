/** How users come in, as this machine sees it. */
export interface Entrance {
  readonly url: string;
  /** The status of an answer, or why there is none. */
  ask(): Promise<number | string>;
  wait(ms: number): Promise<void>;
  now(): number;
}

/** Two good checks, three seconds apart, and the time that a new load balancer takes to begin with them. */
const SERVED_MS = 120_000;
const ASK_PAUSE_MS = 500;

/**
 * Waits until users get answers through a load balancer whose edges are new: it leads nobody to them
 * before it has found them healthy.
 *
 * @throws Error with the last answer where that does not come to pass.
 */
export async function untilServed(entrance: Entrance): Promise<void> {
  const deadline = entrance.now() + SERVED_MS;
  for (;;) {
    const answer = await entrance.ask();
    if (typeof answer === "number" && answer < 500) return;
    if (entrance.now() >= deadline) throw notServed(entrance.url, answer);
    await entrance.wait(ASK_PAUSE_MS);
  }
}

function notServed(url: string, answer: number | string): Error {
  return new Error(
    `${url}: still ${answer}, ${SERVED_MS / 1000} seconds after the edges had their route. The load ` +
      `balancer leads users to an edge when it finds it healthy: see doctl compute load-balancer list, ` +
      `and whether this machine may ask that address. Then run pulumi up again.`,
  );
}
