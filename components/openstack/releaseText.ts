import { createHash } from "node:crypto";
import type { Color } from "../../lib/color.ts";
import type { PoolSettings, Settings } from "../../settings/types.ts";

/** What an image's reference was resolved to, by color. */
export type Digests = Readonly<Partial<Record<Color, string>>>;

/** What a release is made of; the same text for the same release. */
export function releaseText(stack: string, settings: Settings, digests: Digests): string {
  return `${JSON.stringify({ stack, images: digests, settings: openSettings(settings) }, undefined, 2)}\n`;
}

/**
 * The id of a release, by all that it stores: what runs, with which settings, behind which balancer. An
 * `up` that changes nothing has the one before, and so has one that goes back to what there was.
 */
export function releaseId(texts: readonly string[]): string {
  const hash = createHash("sha256");
  // With its length, so that no two lists are one text.
  for (const text of texts) hash.update(`${text.length}\n${text}`);
  return hash.digest("hex").slice(0, 16);
}

/**
 * What of the settings everybody may know who may read the container. Secrets are not all marked as such:
 * of environments, headers and hooks no value is told, and of accounts nothing.
 */
function openSettings(settings: Settings): object {
  const { target, activeColor, health, drainSeconds, edge, balancer, managed, preview } = settings;
  const { canary, tls, ovh, app, pools, smoke } = settings;
  return {
    ...{ target, activeColor, health, drainSeconds, edge, balancer, managed, preview },
    ...{ app: { ...app, env: Object.keys(app.env) } },
    pools: {
      ...(pools.blue && { blue: openPool(pools.blue) }),
      ...(pools.green && { green: openPool(pools.green) }),
    },
    smoke: smoke.map((check) => ({ ...check, headers: Object.keys(check.headers) })),
    ...(canary && { canary }),
    ...(tls && { tls }),
    ...(ovh && { ovh: { ...ovh, account: undefined } }),
  };
}

function openPool({ image, count, env, size }: PoolSettings): object {
  return { image, count, env: Object.keys(env), ...(size !== undefined && { size }) };
}
