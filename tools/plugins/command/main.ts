/**
 * A stand-in for the Pulumi plugin `command`, for machines where the official one can't be
 * downloaded. It keeps to the official plugin's behaviour, and does nothing beyond it.
 * Called as: pulumi-resource-command ENGINE_ADDRESS; prints its port.
 */
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { serve } from "../serve.ts";
import { EngineLog } from "./engineLog.ts";
import { localCommand } from "./localCommand.ts";
import { ResourceProvider } from "./provider.ts";
import type { ResourceType } from "./resource.ts";

/** Set by the bundler to the official plugin's version that this one stands in for. */
declare const VERSION: string;

const types = new Map<string, ResourceType>([["command:local:Command", localCommand]]);

const address = process.argv.slice(2).find((word) => !word.startsWith("-"));
const engine = new EngineLog(address);
const provider = new ResourceProvider(types, VERSION, engine);
await serve(service.ResourceProviderService, provider.handlers(), address, async (reason) => {
  // Scripts outlive an engine that was killed, as they do under the official plugin: each is left
  // to finish what it began.
  if (reason === "engine gone") await provider.idle();
});
engine.debug(`stand-in for the official command plugin ${VERSION}`);
