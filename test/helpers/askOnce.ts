import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";
import type { LoadTls } from "../../load/client.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The serial number of the server's certificate; empty without TLS. */
  readonly serial: string;
}

/** One GET on a new connection. @param tls the CA to trust, and the server name */
export function askOnce(url: string, tls: LoadTls, headers = {}): Promise<Answer> {
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  const { ca, serverName: servername } = tls;
  const options = { agent: false, timeout: 10_000, headers, ca, servername };
  return new Promise((resolve, reject) => {
    const asking = request(url, options, (answer) => {
      let body = "";
      const { socket, statusCode: status = 0, headers: got } = answer;
      const serial = socket instanceof TLSSocket ? socket.getPeerCertificate().serialNumber : "";
      answer.on("data", (text: Buffer) => (body += String(text)));
      answer.on("end", () => resolve({ status, headers: got, body, serial }));
    });
    // The timeout event alone does not close the request.
    asking.on("timeout", () => asking.destroy(new Error(`no answer of ${url}`)));
    asking.on("error", reject).end();
  });
}
