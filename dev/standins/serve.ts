import * as grpc from "@grpc/grpc-js";
import { connect } from "node:net";

/** The engine's own limit; states with long outputs pass it easily otherwise. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
/** How often we look whether the engine that started us is still there. */
const PARENT_CHECK_MS = 1000;
/** The process that orphans belong to; in a container the engine itself may be this one. */
const INIT = 1;

/** Why a plugin ends: the engine asked for it, or the engine is no more. */
export type EndReason = "asked" | "engine gone";

export const channelOptions = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
};

/**
 * Serves one plugin service on a free port and prints the port, as the engine expects. Ends this process
 * when the engine asks for it or is gone, as soon as `stop` has dealt with what is running.
 */
export async function serve(
  definition: grpc.ServiceDefinition,
  implementation: grpc.UntypedServiceImplementation,
  engine: string | undefined,
  stop: (reason: EndReason) => Promise<void>,
): Promise<void> {
  const server = new grpc.Server(channelOptions);
  server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  // A closed pipe means that the engine is gone; the check below then ends us in order.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  endWithEngine(engine, stop);
  process.stdout.write(`${port}\n`);
}

function endWithEngine(
  address: string | undefined,
  stop: (reason: EndReason) => Promise<void>,
): void {
  const parent = process.ppid;
  const end = (reason: EndReason) => void stop(reason).finally(() => process.exit(0));
  process.once("SIGINT", () => end("asked"));
  process.once("SIGTERM", () => end("asked"));
  const watch = setInterval(() => {
    void isEngineGone(parent, address).then((gone) => {
      if (!gone) return;
      clearInterval(watch);
      end("engine gone");
    });
  }, PARENT_CHECK_MS).unref();
}

/** The parent's id tells, unless the engine was already gone when we first asked for it. */
async function isEngineGone(parent: number, address: string | undefined): Promise<boolean> {
  if (process.ppid !== parent) return true;
  if (parent !== INIT || !address) return false;
  return !(await answers(address));
}

function answers(address: string): Promise<boolean> {
  const at = address.lastIndexOf(":");
  const socket = connect(Number(address.slice(at + 1)), address.slice(0, at));
  return new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  }).finally(() => socket.destroy());
}
