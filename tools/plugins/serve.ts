import * as grpc from "@grpc/grpc-js";

/** The engine's own limit; states with long outputs pass it easily otherwise. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
/** How often we look whether the engine that started us is still there. */
const PARENT_CHECK_MS = 1000;
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
  endWithEngine(stop);
  process.stdout.write(`${port}\n`);
}

function endWithEngine(stop: (reason: EndReason) => Promise<void>): void {
  const engine = process.ppid;
  const end = (reason: EndReason) => void stop(reason).finally(() => process.exit(0));
  process.once("SIGINT", () => end("asked"));
  process.once("SIGTERM", () => end("asked"));
  const watch = setInterval(() => {
    if (process.ppid === engine) return;
    clearInterval(watch);
    end("engine gone");
  }, PARENT_CHECK_MS).unref();
}
