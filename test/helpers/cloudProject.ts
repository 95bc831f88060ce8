import type { Call } from "../../dev/emulators/http/callLog.ts";
import { type Ovh, type OvhOptions, startOvh } from "../../dev/emulators/openstack/ovh.ts";
import type { Login } from "../../dev/emulators/registry/registry.ts";
import { registryBeside } from "../../dev/emulators/registry/registryBeside.ts";
import { EDGE_TAGS } from "../../dev/setup/images.mjs";
import { EmulatedAccount } from "./emulatedAccount.ts";
import type { StackConfig, TestStack } from "./testStack.ts";

/** An emulated OVH Public Cloud project, and stacks in it. */
export class CloudProject extends EmulatedAccount<Ovh> {
  /** @param login The registry's login; pulls are anonymous without one. */
  static async open(options: OvhOptions = {}, login?: Login): Promise<CloudProject> {
    // What an instance pulls and builds in minutes is preinstalled.
    const cloud = await startOvh({ preloadImages: EDGE_TAGS, ...options });
    return new CloudProject(cloud, await registryBeside(cloud, cloud.externalNetwork, login));
  }

  async createStack(
    config: StackConfig,
    more: Readonly<Record<string, string>> = {},
  ): Promise<TestStack> {
    const { environment } = this.cloud;
    const ovh = { region: environment["OS_REGION_NAME"] };
    return await this.addStack({ target: "ovh", ovh, ...config }, { ...environment, ...more });
  }

  async leftovers(): Promise<string> {
    const left = Object.entries(this.cloud.leftovers()).filter(([, count]) => count > 0);
    return await Promise.resolve(left.map(([kind, count]) => `${count} ${kind}`).join(", "));
  }

  /** Changes requested since the last `cloud.reset()`: `PUT /network/v2.0/ports/{id} 200`. */
  changes(): string[] {
    return this.cloud
      .calls()
      .filter(isChange)
      .map(({ method, pattern, status }) => `${method} ${pattern} ${status}`);
  }
}

/** Whether a call requests a change. */
export function isChange({ method, path }: Call): boolean {
  return method !== "GET" && !path.endsWith("/auth/tokens");
}
