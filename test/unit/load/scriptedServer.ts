import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** Gets each request with its number, from 1, and answers or misbehaves. */
export type Script = (n: number, req: http.IncomingMessage, res: http.ServerResponse) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly requests: () => number;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export async function serve(script: Script): Promise<ScriptedServer> {
  let requests = 0;
  let connections = 0;
  const server = http.createServer((req, res) => script(++requests, req, res));
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests: () => requests,
    connections: () => connections,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function answer(res: http.ServerResponse, color = "blue", status = 200): void {
  res.writeHead(status, { "x-color": color }).end(JSON.stringify({ color }));
}
