import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type Color, isColor } from "../../lib/color.ts";
import { PROBE_HEADER, PROBED_COLOR_HEADER } from "../../lib/haproxy/sidecarConfig.ts";

const ANSWER_MS = 3000;

/** The color that answers one request on a connection of its own; undefined where nobody does. */
export function askColor(url: string): Promise<Color | undefined> {
  return new Promise((resolve) => {
    const request = url.startsWith("https:") ? httpsRequest : httpRequest;
    const asking = request(
      url,
      {
        agent: false,
        headers: { [PROBE_HEADER]: "1" },
        timeout: ANSWER_MS,
        // The address is asked, not the name that the certificate is for.
        rejectUnauthorized: false,
      },
      (answer) => {
        answer.resume();
        const color = String(answer.headers[PROBED_COLOR_HEADER]);
        resolve(isColor(color) ? color : undefined);
      },
    );
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => resolve(undefined));
    asking.end();
  });
}
