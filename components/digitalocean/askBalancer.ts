import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type Color, isColor } from "../../lib/color.ts";
import { PROBE_HEADER, PROBED_COLOR_HEADER } from "../edge/sidecarConfig.ts";

const ANSWER_MS = 3000;

/** The color that answers one request on a new connection; undefined if there is no answer. */
export async function askColor(url: string): Promise<Color | undefined> {
  const answer = await ask(url).catch(() => undefined);
  const color = String(answer?.headers[PROBED_COLOR_HEADER]);
  return isColor(color) ? color : undefined;
}

/** The status of one request on a new connection, or why there is no answer. */
export async function askStatus(url: string): Promise<number | string> {
  return ask(url).then(
    ({ statusCode = 0 }) => statusCode,
    ({ message }: Error) => message,
  );
}

function ask(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:") ? httpsRequest : httpRequest;
    const asking = request(
      url,
      {
        agent: false,
        headers: { [PROBE_HEADER]: "1" },
        timeout: ANSWER_MS,
        // The request goes to the address; the certificate is for the name.
        rejectUnauthorized: false,
      },
      (answer) => {
        answer.resume();
        resolve(answer);
      },
    );
    const late = () => asking.destroy(new Error(`no answer within ${ANSWER_MS / 1000} seconds`));
    asking.on("timeout", late);
    asking.on("error", reject);
    asking.end();
  });
}

/** The users' entry point, as seen from this machine. */
export interface Entrance {
  readonly url: string;
  /** The status of an answer, or why there is none. */
  ask(): Promise<number | string>;
  wait(ms: number): Promise<void>;
  now(): number;
}

/** Two good checks three seconds apart, and the time until a new load balancer starts them. */
const SERVED_MS = 120_000;
const ASK_PAUSE_MS = 500;

/**
 * Waits until users get answers through a load balancer whose edges are new: it sends no request to an edge
 * before it considers the edge healthy.
 *
 * @throws Error with the last answer if the deadline passes.
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
