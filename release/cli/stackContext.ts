import type { DirectRoute, Target } from "../../components/service/target.ts";
import type { Settings } from "../../settings/types.ts";
import { openTarget } from "../../stacks/targets.ts";
import { Engine } from "../engine/engine.ts";
import type { CliContext } from "./cliContext.ts";

/** Data from the Pulumi CLI and the target. */
export interface StackContext extends Pick<Target, "observe" | "hosts"> {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly route: DirectRoute;
  /** The stack's, when the command began. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** For users and for testers; empty before the first `up`. */
  readonly url: string;
  readonly previewUrl: string;
}

export async function openStackContext({
  project,
  stack,
  names,
}: CliContext): Promise<StackContext> {
  const engine = await Engine.open(project, stack);
  const [settings, outputs] = await Promise.all([engine.settings(), engine.outputs()]);
  const { url = "", previewUrl = "" } = outputs as Partial<
    Pick<StackContext, "url" | "previewUrl">
  >;
  const { observe, hosts, directRoute } = await openTarget(settings, names);
  return { engine, settings, observe, hosts, route: directRoute(url), outputs, url, previewUrl };
}
