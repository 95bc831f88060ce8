import * as service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { serve } from "../serve.ts";
import { EngineLog } from "./engineLog.ts";
import type { Plugin } from "./plugin.ts";
import { ResourceProvider } from "./provider.ts";

/** Serves a plugin to the engine whose address stands on the command line, until that ends. */
export async function servePlugin(plugin: Plugin): Promise<void> {
  const address = process.argv.slice(2).find((word) => !word.startsWith("-"));
  const engine = new EngineLog(address);
  const provider = new ResourceProvider(plugin, engine);
  await serve(service.ResourceProviderService, provider.handlers(), address, async (reason) => {
    // What runs outlives an engine that was killed, as it does under the official plugin: each step
    // is left to finish what it began.
    if (reason === "engine gone") await provider.abandon();
  });
  engine.debug(`stand-in for the official ${plugin.name} plugin ${plugin.version}`);
}
