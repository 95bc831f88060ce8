import type { Observation } from "../../lib/observation.ts";
import type { Settings } from "../../lib/settings/types.ts";
import { targetOf } from "../../stacks/program.ts";
import { Engine } from "../engine/engine.ts";
import { cloudRoute } from "../route/cloudRoute.ts";
import type { DirectRoute } from "../route/directRoute.ts";
import { localRoute } from "../route/local.ts";
import type { Light } from "./light.ts";

/** What the Pulumi CLI and the target have been asked for. */
export interface Heavy {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly observe: () => Promise<Observation>;
  readonly route: DirectRoute;
  /** Where users come in, and testers; empty before the first `up`. */
  readonly url: string;
  readonly previewUrl: string;
}

export async function heavyContext({ project, stack, names }: Light): Promise<Heavy> {
  const engine = await Engine.open(project, stack);
  const settings = await engine.settings();
  const observe = () => targetOf(settings, names).observe();
  const { url = "", previewUrl = "" } = (await engine.outputs()) as Partial<
    Pick<Heavy, "url" | "previewUrl">
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
