import * as pulumi from "@pulumi/pulumi";
import { scriptCall, scriptInput } from "../../lib/hostScript.ts";
import { readScriptHeader } from "../../lib/shell.ts";
import type { RegistrySettings } from "../../settings/types.ts";
import { exec, type ExecHost, type ExecResult, THIS_MACHINE } from "../machine/exec.ts";
import { untilReachable } from "../machine/untilReachable.ts";

/** How long a pull may take with its further attempts, in seconds. */
export const PULL_SECONDS = 900;
/** The last attempt may begin with a login when that time is nearly over. */
const GRACE_SECONDS = 90;
/** Of reaching a host, where the caller says nothing else: they take 8 to 33 seconds. */
const ATTEMPTS = 5;

export interface Pull {
  /** For messages: `green.image`. */
  readonly setting: string;
  /** A tag, a digest or an image id. */
  readonly image: string;
  /** Whether a tag is looked up again, although the host has an image by that name. Default true. */
  readonly looksUp?: boolean;
  /** How often to try to reach the host, which may be starting again. */
  readonly attempts?: number;
}

/** Brings an image to a host, and prints what `image.sh` prints. Starts nothing. */
export function pullOn(
  machine: ExecHost,
  { setting, image, looksUp = true, attempts = ATTEMPTS }: Pull,
  registry: RegistrySettings | undefined,
): Promise<ExecResult> {
  const values = {
    SETTING: setting,
    IMAGE: image,
    PULL_SECONDS,
    REGISTRY: registry?.server ?? "",
    REGISTRY_USER: registry?.username ?? "",
    ...(!looksUp && { PULLED: "yes" }),
  };
  return untilReachable(attempts, () =>
    exec(machine, ["sh", "-c", scriptCall("up")], {
      input: scriptInput("image.sh", values, registry?.password ?? ""),
      timeoutMs: (PULL_SECONDS + GRACE_SECONDS) * 1000,
    }),
  );
}

/**
 * Hooks for the images of a private registry: they pull before the image's resource looks for it on its host. Logins
 * of some registries end after hours, so a login must not be an input of a resource: a new one would change every
 * image, and what depends on it. Hooks need a real engine; leave them out under mocks.
 */
export function registryPull(registry: RegistrySettings): pulumi.ResourceHookBinding {
  const pull = new pulumi.ResourceHook("registry-pull", async ({ name, oldInputs, newInputs }) => {
    const [before, now] = await Promise.all([commandOf(oldInputs), commandOf(newInputs)]);
    const { SETTING: setting = "", IMAGE: image = "" } = readScriptHeader(now.stdin ?? "");
    const looksUp = readScriptHeader(before.stdin ?? "")["IMAGE"] !== image;
    const { dialErrorLimit: attempts = ATTEMPTS } = now.connection ?? {};
    const { code, stderr } = await pullOn(
      machineOf(name, now),
      { setting, image, looksUp, attempts },
      registry,
    );
    const said = stderr.trim();
    if (code !== 0) throw new Error(said);
    if (said !== "") await pulumi.log.warn(`${name}: ${said}`);
  });
  return { beforeCreate: [pull], beforeUpdate: [pull] };
}

interface CommandInputs {
  readonly stdin?: string;
  /** Absent for a command on this machine. */
  readonly connection?: {
    readonly host: string;
    readonly user: string;
    readonly privateKey: string;
    readonly hostKey: string;
    readonly dialErrorLimit?: number;
  };
}

/** Outside of a preview all of it is known. */
function commandOf(inputs: unknown): Promise<CommandInputs> {
  return new Promise((resolve) => pulumi.output((inputs ?? {}) as CommandInputs).apply(resolve));
}

function machineOf(name: string, { connection }: CommandInputs): ExecHost {
  if (!connection) return THIS_MACHINE;
  const { host, user, privateKey, hostKey } = connection;
  return {
    ...{ name, address: host, user },
    deployKeys: [{ privateKey }],
    hostKeys: [{ publicKey: hostKey }],
  };
}
