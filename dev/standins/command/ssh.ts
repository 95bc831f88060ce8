import { connect as connectSocket } from "node:net";
import type { Duplex } from "node:stream";
import { Client } from "ssh2";
import type { Context } from "../provider/resource.ts";
import type { Connection, Endpoint } from "./connection.ts";
import { credentialsFor, type Credentials } from "./credentials.ts";
import { dial, type Dialing } from "./dial.ts";

/** As Go's sockets, so that a machine that is gone without a word ends its command some time. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Opens a connection that can run commands, through the proxy where there is one. Every error of an
 * attempt counts, a refused port as well as a wrong host key.
 */
export async function openConnection(connection: Connection, context: Context): Promise<Client[]> {
  const credentials = await credentialsFor(connection);
  const dialing = dialingOf("Dial", connection, context);
  if (!connection.proxy) {
    return [await dial(dialing, () => dialOnce(connection, credentials, dialing.stopped))];
  }
  try {
    return await openThrough(connection.proxy, connection, credentials, context);
  } catch (error) {
    throw new Error(`proxy: ${(error as Error).message}`, { cause: error });
  }
}

/** The last opened first, so that closing them in order closes no connection under another. */
async function openThrough(
  proxy: Endpoint,
  target: Endpoint,
  credentials: Credentials,
  context: Context,
): Promise<Client[]> {
  const proxyCredentials = await credentialsFor(proxy);
  const toProxy = dialingOf("Dial proxy", proxy, context);
  const bridge = await dial(toProxy, () => dialOnce(proxy, proxyCredentials, toProxy.stopped));
  try {
    const onward = dialingOf("Dial from proxy", target, context);
    const tunnel = await dial(onward, () => forward(bridge, target));
    return [await handshake(tunnel, credentials, onward.stopped), bridge];
  } catch (error) {
    bridge.end();
    throw error;
  }
}

function dialingOf(title: string, endpoint: Endpoint, context: Context): Dialing {
  return {
    title,
    limit: endpoint.dialErrorLimit,
    stopped: AbortSignal.any([context.cancelled, context.abandoned]),
    log: (line) => context.log(line),
  };
}

async function dialOnce(endpoint: Endpoint, credentials: Credentials, stopped: AbortSignal) {
  return await handshake(await openSocket(endpoint), credentials, stopped);
}

/** The limit covers reaching the port only, as the official client's does. */
function openSocket({ host, port, perDialTimeout }: Endpoint): Promise<Duplex> {
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port });
    const fail = (problem: string) => {
      socket.destroy();
      reject(new Error(`dial tcp ${address}: ${problem}`));
    };
    socket.setTimeout(perDialTimeout * 1000, () => fail("i/o timeout"));
    socket.once("error", (error: NodeJS.ErrnoException) => fail(dialProblem(error)));
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners();
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      resolve(socket);
    });
  });
}

function dialProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ECONNREFUSED") return "connect: connection refused";
  if (code === "EHOSTUNREACH") return "connect: no route to host";
  if (code === "ENOTFOUND") return "no such host";
  return code === "ETIMEDOUT" ? "i/o timeout" : message;
}

function forward(bridge: Client, { host, port }: Endpoint): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    bridge.forwardOut("0.0.0.0", 0, host, port, (error, channel) => {
      if (error) reject(new Error(`ssh: rejected: ${error.message}`));
      else resolve(channel);
    });
  });
}

/** Without a deadline, as the official client; a stop ends it. */
function handshake(sock: Duplex, credentials: Credentials, stopped: AbortSignal): Promise<Client> {
  const client = new Client();
  const stop = () => client.destroy();
  stopped.addEventListener("abort", stop, { once: true });
  return new Promise<Client>((resolve, reject) => {
    let problem = "connection closed";
    client.once("ready", () => resolve(client));
    client.on("error", (error) => (problem = handshakeProblem(error, credentials)));
    client.once("close", () => reject(new Error(`ssh: handshake failed: ${problem}`)));
    client.on("keyboard-interactive", (_name, _text, _language, prompts, finish) =>
      finish(prompts.map(() => credentials.password ?? "")),
    );
    client.connect({ ...credentials, sock, readyTimeout: 0 });
  }).finally(() => stopped.removeEventListener("abort", stop));
}

function handshakeProblem(error: Error & { level?: string }, credentials: Credentials): string {
  if (error.message.includes("Host denied")) return "ssh: host key mismatch";
  if (error.level !== "client-authentication") return error.message;
  const tried = (credentials.authHandler as string[]).join(" ").replace("agent", "publickey");
  return `ssh: unable to authenticate, attempted methods [${tried}], no supported methods remain`;
}
