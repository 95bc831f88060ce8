import { parseArgs } from "node:util";
import { UserError } from "../lib/userError.ts";

export const TARGETS = ["local", "digitalocean", "ovh"] as const;
export type DemoTarget = (typeof TARGETS)[number];

export interface DemoOptions {
  readonly target: DemoTarget;
  readonly stack: string;
  /** Whether the user named the stack. */
  readonly isNamed: boolean;
  /** The port for users; by default the one in the stack's config. */
  readonly port?: number;
  readonly previewPort?: number;
  readonly help: boolean;
}

/** The quick-start stack; its file is part of the project. */
export const DEFAULT_STACK = "blue";

/** Default stacks. The demo creates those in clouds and removes them when it ends. */
const STACKS: Readonly<Record<DemoTarget, string>> = {
  local: DEFAULT_STACK,
  digitalocean: "demo-do",
  ovh: "demo-ovh",
};

/** @throws UserError for an unknown option or an invalid value. */
export function parseDemoOptions(words: readonly string[], command: "demo" | "demo:remove") {
  const values = parseWords(words, command);
  const { port, "preview-port": previewPort } = values;
  const target = targetName(values.target ?? "local");
  const options: DemoOptions = {
    target,
    stack: stackName(values.stack ?? STACKS[target]),
    isNamed: values.stack !== undefined,
    ...(port !== undefined && { port: portNumber("--port", port) }),
    ...(previewPort !== undefined && { previewPort: portNumber("--preview-port", previewPort) }),
    help: values.help,
  };
  if (target !== "local" && (port !== undefined || previewPort !== undefined)) {
    const option = port === undefined ? "--preview-port" : "--port";
    throw new UserError(
      `${option}: only works with --target local; with --target ${target} users connect to the balancer's own address. Leave it out.`,
    );
  }
  if (options.port !== undefined && options.port === options.previewPort) {
    throw new UserError(`--port and --preview-port must differ, got ${options.port} for both.`);
  }
  return options;
}

function parseWords(words: readonly string[], command: string) {
  const isDemo = command === "demo";
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        stack: { type: "string" },
        ...(isDemo && {
          target: { type: "string" },
          port: { type: "string" },
          "preview-port": { type: "string" },
        }),
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values as {
      readonly stack?: string;
      readonly target?: string;
      readonly port?: string;
      readonly "preview-port"?: string;
      readonly help: boolean;
    };
  } catch (error) {
    // The rest of Node's message is advice about positional arguments.
    const [fact = ""] = (error as Error).message.split(". ");
    throw new UserError(`${fact}. See the options: npm run ${command} -- --help`);
  }
}

function targetName(name: string): DemoTarget {
  const target = TARGETS.find((one) => one === name);
  if (target) return target;
  throw new UserError(`--target: must be local, digitalocean or ovh, got "${name}".`);
}

function stackName(name: string): string {
  if (/^[a-z0-9][a-z0-9_.-]{0,40}$/.test(name)) return name;
  throw new UserError(
    `--stack: must be a name of lower-case letters, digits, "_", "." and "-", got "${name}".`,
  );
}

function portNumber(option: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new UserError(`${option}: must be a port from 1 to 65535, got "${text}".`);
}

export const DEMO_HELP = `Usage: npm run demo [-- OPTIONS]

Shows one blue/green release: builds the example app twice, brings up the stack with blue live,
deploys v2 to green, switches to green and back under load, and reports on the requests. On this
machine the stack keeps running afterwards.

With --target digitalocean or ovh it uses a cloud that is emulated on this machine; you need no
account. It shows the vendor's balancer first, then HAProxy on a separate host, and after each step
what the account holds. At the end it removes everything. Allow 10 minutes.

Options:
  --target TARGET    local (default), digitalocean or ovh
  --port N           local: port for users (default 8080, or the one in the stack's config)
  --preview-port N   local: port for testers, shows the idle color (default 8081, or as in the config)
  --stack NAME       the Pulumi stack (default ${STACKS.local}, ${STACKS.digitalocean}, ${STACKS.ovh}); another name
                     runs a second demo beside the first, on other ports
  --help             show this text

Remove everything again: npm run demo:remove`;

export const REMOVE_HELP = `Usage: npm run demo:remove [-- --stack NAME]

Destroys the demo's stack, removes it from Pulumi's state, undoes the demo's changes in the stack's
file, and removes the demo's images. Your own changes in that file stay. It also removes what a
killed demo with --target left behind: machines, networks, disks, images and stacks.

Options:
  --stack NAME   the demo's stack (default ${DEFAULT_STACK} and those of --target)
  --help         show this text`;
