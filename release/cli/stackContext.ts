import type { Observation } from "../../lib/observation.ts";
import type { Settings } from "../../settings/types.ts";
import { targetOf } from "../../stacks/program.ts";
import { Engine } from "../engine/engine.ts";
import { cloudRoute } from "../../components/cloud/cloudRoute.ts";
import type { DirectRoute } from "../../components/service/directRoute.ts";
import { localRoute } from "../../components/local/localRoute.ts";
import type { CliContext } from "./cliContext.ts";

/** What the Pulumi CLI and the target have been asked for. */
export interface StackContext {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly observe: () => Promise<Observation>;
  readonly route: DirectRoute;
  /** Where users come in, and testers; empty before the first `up`. */
  readonly url: string;
  readonly previewUrl: string;
}

export async function openStackContext({
  project,
  stack,
  names,
}: CliContext): Promise<StackContext> {
  const engine = await Engine.open(project, stack);
  const settings = await engine.settings();
  const observe = () => targetOf(settings, names).observe();
  const { url = "", previewUrl = "" } = (await engine.outputs()) as Partial<
    Pick<StackContext, "url" | "previewUrl">
  >;
  const isLocal = settings.target === "local";
  return {
    engine,
    settings,
    observe,
    route: isLocal ? localRoute(names.edge) : cloudRoute({ settings, names, observe, url }),
    url,
    previewUrl,
  };
}
