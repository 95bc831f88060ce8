/**
 * A stand-in for the Pulumi plugin `command`, for machines where the official one can't be
 * downloaded. It keeps to the official plugin's behaviour, and does nothing beyond it.
 * Called as: pulumi-resource-command ENGINE_ADDRESS; prints its port.
 */
import { servePlugin } from "../provider/main.ts";
import type { ResourceType } from "../provider/resource.ts";
import { localCommand } from "./localCommand.ts";
import { remoteCommand } from "./remoteCommand.ts";

/** Set by the bundler to the official plugin's version that this one stands in for. */
declare const VERSION: string;

const types = new Map<string, ResourceType>([
  ["command:local:Command", localCommand],
  ["command:remote:Command", remoteCommand],
]);

await servePlugin({
  name: "command",
  version: VERSION,
  acceptsSecrets: true,
  configure: () => types,
});
