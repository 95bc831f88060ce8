import * as pulumi from "@pulumi/pulumi";
import { type Color, otherColor } from "../../lib/color.ts";
import { parseFixed } from "../../lib/fixedValues.ts";
import type { KeptColor } from "./deployedSettings.ts";
import { type Route, takesTraffic } from "../../lib/route.ts";
import { readScriptHeader } from "../../lib/shell.ts";

export interface FrozenRuleArgs {
  readonly color: Color;
  /** The balancer's route when the `up` began; undefined if it had none. */
  readonly real?: Route;
  /** When the color last lost its traffic, in milliseconds since 1970. */
  readonly lostTrafficAt?: number;
  /** Set if the color keeps what it was deployed with. */
  readonly kept?: KeptColor;
  readonly drainSeconds: number;
  readonly allowLiveChange: boolean;
}

/**
 * Hooks for the resources behind a color's containers.
 *
 * An `up` may not change a color that took traffic when it began: it fails, already in preview, even if
 * the color loses its traffic afterwards. A color that lost its traffic less than `drainSeconds` ago
 * changes once that time is over. Hooks need a real engine; leave them out under mocks.
 */
export function frozenRule(args: FrozenRuleArgs): pulumi.ResourceHookBinding {
  const refuse = new pulumi.ResourceHook(
    `${args.color}-frozen`,
    async (hook) => refuseChange(args, await plain(hook.oldInputs), await plain(hook.newInputs)),
    { onDryRun: true },
  );
  const drain = new pulumi.ResourceHook(`${args.color}-drain`, async (hook) => {
    const changes = frozenChanges(await plain(hook.oldInputs), await plain(hook.newInputs));
    if (changes.length > 0) await waitForDrain(args);
  });
  const { kept } = args;
  if (!kept?.hasUnknown) return { beforeUpdate: [refuse, drain] };
  const refuseHost = new pulumi.ResourceHook(
    `${args.color}-kept`,
    () => Promise.reject(newHostError(kept)),
    { onDryRun: true },
  );
  return { beforeUpdate: [refuse, drain], beforeCreate: [refuseHost] };
}

/** Only the engine has what the color was deployed with, for the hosts that it knows. */
export function newHostError({ color, settings }: KeptColor): Error {
  return new Error(
    `${color}.count: ${color} keeps ${settings.join(", ")} as it was deployed, and a new host would get the ` +
      `config's. Release first (bluegreen release), or set those back until ${color} has its new hosts.`,
  );
}

/** @throws Error if the color takes traffic and the change would restart it. */
export function refuseChange(
  args: FrozenRuleArgs,
  before: CommandInputs,
  after: CommandInputs,
): void {
  if (args.allowLiveChange || !args.real || !takesTraffic(args.color, args.real)) return;
  const changes = frozenChanges(before, after);
  if (changes.length === 0) return;
  const other = otherColor(args.color);
  throw new Error(
    `${args.color} takes traffic, so this pulumi up may not change ${changes.join(", ")}.\n` +
      `Change the idle color instead (pulumi config set --path ${other}.…), or first move the traffic ` +
      `to ${other} in a separate pulumi up, or, if requests may be dropped: ` +
      `pulumi config set allowLiveChange true`,
  );
}

async function waitForDrain(args: FrozenRuleArgs): Promise<void> {
  const until = (args.lostTrafficAt ?? 0) + args.drainSeconds * 1000;
  const left = until - Date.now();
  if (left <= 0) return;
  await pulumi.log.info(
    `${args.color} lost its traffic a moment ago; its containers change in ` +
      `${Math.ceil(left / 1000)} s (drainSeconds)`,
  );
  await new Promise((resolve) => setTimeout(resolve, left));
}

/** Hooks get secret inputs as outputs, which may be unknown in a preview. */
async function plain(inputs: unknown): Promise<CommandInputs> {
  const { stdin } = (inputs ?? {}) as CommandInputs;
  if (!pulumi.Output.isInstance(stdin)) return { stdin };
  const output = stdin as pulumi.Output<unknown> & { readonly isKnown: Promise<boolean> };
  if (!(await output.isKnown)) return {};
  return { stdin: await new Promise((resolve) => output.apply(resolve)) };
}

/** A host command's inputs, as far as they are known. */
export interface CommandInputs {
  readonly create?: unknown;
  readonly stdin?: unknown;
}

/**
 * The changed settings that would restart a container or break its traffic. Empty for a script that is
 * not known yet, in a preview that also resolves the image: the image's own resource has the hook too.
 */
export function frozenChanges(before: CommandInputs, after: CommandInputs): string[] {
  if (typeof before.stdin !== "string" || typeof after.stdin !== "string") return [];
  const old = readScriptHeader(before.stdin);
  const now = readScriptHeader(after.stdin);
  // A container of a process that rests.
  if (typeof before.create === "string" && before.create.includes(" RUNS='no' ")) return [];
  const fixed = [...parseFixed(old["FIXED"] ?? ""), ...parseFixed(now["FIXED"] ?? "")];
  return (
    [...new Map(fixed.map((one) => [one.name, one])).values()]
      .filter(({ name }) => old[name] !== now[name])
      // An earlier version did not have the value, and asked for no other.
      .filter(({ name, change }) => change === "restart" || old[name] !== undefined)
      .map(({ name, setting }) =>
        // Values of the environment may be secret.
        name === "INPUT" || name === "LONG"
          ? setting
          : `${setting} (${old[name] ?? "not set"} -> ${now[name] ?? "not set"})`,
      )
  );
}
