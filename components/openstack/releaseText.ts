import { createHash } from "node:crypto";
import type { Color } from "../../lib/color.ts";
import type { AppSettings, PoolSettings, Settings } from "../../settings/types.ts";

/** What each color's image resolved to. */
export type Digests = Readonly<Partial<Record<Color, string>>>;

/** The contents of a release; the same text for the same release. */
export function releaseText(stack: string, settings: Settings, digests: Digests): string {
  return `${JSON.stringify({ stack, images: digests, settings: settings.secrets.mask(openSettings(settings)) }, undefined, 2)}\n`;
}

/**
 * The id of a release, a hash of all that it stores: images, settings, and the balancer's configuration. An
 * `up` that changes nothing keeps the id; one that goes back to an earlier release gets that release's id.
 */
export function releaseId(texts: readonly string[]): string {
  const hash = createHash("sha256");
  // The lengths keep two different lists from hashing the same.
  for (const text of texts) hash.update(`${text.length}\n${text}`);
  return hash.digest("hex").slice(0, 16);
}

/**
 * The settings that all readers of the container may see. Not all secrets are marked as such, so this leaves
 * out the values of environments, headers and hooks, and accounts altogether.
 */
function openSettings(settings: Settings): object {
  const { target, activeColor, health, drainSeconds, edge, balancer, managed, preview } = settings;
  const { canary, tls, ovh, apps, pools, smoke } = settings;
  return {
    ...{ target, activeColor, health, drainSeconds, edge, balancer, managed, preview },
    pools: {
      ...(pools.blue && { blue: openPool(pools.blue, apps.blue) }),
      ...(pools.green && { green: openPool(pools.green, apps.green) }),
    },
    smoke: smoke.map((check) => ({ ...check, headers: Object.keys(check.headers) })),
    ...(canary && { canary }),
    ...(tls && { tls }),
    ...(ovh && { ovh: { ...ovh, account: undefined } }),
  };
}

function openPool({ image, count, size }: PoolSettings, app: AppSettings): object {
  const { env, healthHeaders, ...open } = app;
  return {
    ...{ image, count, ...(size !== undefined && { size }) },
    app: { ...open, env: Object.keys(env), healthHeaders: Object.keys(healthHeaders) },
  };
}
