import type { Color } from "../../lib/color.ts";
import { readScriptHeader } from "../../lib/shell.ts";

/** What a host command was and will be made with, as far as it is known. */
export interface CommandInputs {
  readonly stdin?: unknown;
}

/** The values of `image.sh`, `container.sh` and `haproxy.sh` that a running container can't change. */
const FROZEN: Readonly<Record<string, string>> = {
  IMAGE: "image",
  EDGE_IMAGE: "edge.haproxy",
  PORT: "app.port",
  APP_USER: "app.user",
  MEMORY: "app.memoryMb",
  CPUS: "app.cpus",
  PIDS: "app.pids",
  STOP_SECONDS: "app.stopSeconds",
  NETWORK: "the stack's network",
  ADDRESS: "the host's address",
  PUBLISH: "the sidecar's ports",
  PROXY_PROTOCOL: "managed.proxyProtocol",
};

/**
 * The settings whose change would restart a container; empty where the change leaves it running.
 * A script that is not known yet (in a preview that also resolves the image) says nothing: the image
 * itself is asked about at its own resource.
 */
export function frozenChanges(color: Color, before: CommandInputs, after: CommandInputs): string[] {
  if (typeof before.stdin !== "string" || typeof after.stdin !== "string") return [];
  const old = readScriptHeader(before.stdin);
  const now = readScriptHeader(after.stdin);
  const changes: string[] = [];
  for (const [value, setting] of Object.entries(FROZEN)) {
    if (old[value] === now[value]) continue;
    const name = setting === "image" ? `${color}.image` : setting;
    changes.push(`${name} (${old[value] ?? "not set"} -> ${now[value] ?? "not set"})`);
  }
  // An image's input is the registry's password, which changes nothing that runs; a sidecar reloads.
  const isApp = now["REGISTRY"] === undefined && now["ROLE"] === undefined;
  // Values of the environment may be secret, so that only the fact is told.
  if (isApp && old["INPUT"] !== now["INPUT"]) changes.push(`${color}.env or app.env`);
  return changes;
}
