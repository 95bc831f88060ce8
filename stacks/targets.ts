import type { StackNames } from "../lib/naming.ts";
import type { Target } from "../components/service/target.ts";
import type { Settings, TargetName } from "../settings/types.ts";

type OpenTarget = (settings: Settings, names: StackNames) => Promise<Target>;

/** One line per target. Loaded separately: a vendor's SDK takes half a second. */
const TARGETS: Readonly<Record<TargetName, OpenTarget>> = {
  local: async (settings, names) =>
    (await import("../components/local/localTarget.ts")).localTarget(settings, names),
  digitalocean: async (settings, names) =>
    (await import("../components/digitalocean/digitalOceanTarget.ts")).digitalOceanTarget(
      settings,
      names,
    ),
  ovh: async (settings, names) =>
    (await import("../components/openstack/ovhTarget.ts")).ovhTarget(settings, names),
};

export function openTarget(settings: Settings, names: StackNames): Promise<Target> {
  return TARGETS[settings.target](settings, names);
}
