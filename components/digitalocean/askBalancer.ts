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
