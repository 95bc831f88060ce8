/**
 * A stand-in for the Pulumi plugin `digitalocean`, for machines where the official one can't be
 * downloaded: a thin client of the vendor's HTTP API with the official plugin's rules for what
 * replaces and what updates, its waits, retries and errors. It does nothing beyond it.
 * Called as: pulumi-resource-digitalocean ENGINE_ADDRESS; prints its port.
 */
import { servePlugin } from "../provider/main.ts";
import { Api } from "./api.ts";
import { configurationFrom } from "./configuration.ts";
import { typesWith } from "./types.ts";

/** Set by the bundler to the official plugin's version that this one stands in for. */
declare const VERSION: string;

await servePlugin({
  name: "digitalocean",
  version: VERSION,
  acceptsSecrets: false,
  configure: (settings) => typesWith(new Api(configurationFrom(settings, process.env))),
});
