import { z } from "zod";
import { COLORS } from "../lib/color.ts";
import { app, canary, cosignKey, health, pool, smoke } from "./appSchema.ts";
import { digitalocean, edge, managed, ovh, preview, registry, ssh, tls } from "./cloudSchema.ts";
import { group, oneOf, trueOrFalse, wholeNumber } from "./fields.ts";
import { processes } from "./processSchema.ts";
import { release } from "./release.ts";
import { services } from "./servicesSchema.ts";
import { defaultByTarget, TARGETS } from "./targets.ts";

/**
 * The whole config of a stack, key by key: the one source of types, defaults, remedies and the tables of
 * the documentation.
 */
export const schema = z.strictObject({
  target: oneOf(TARGETS)
    .default("local")
    .meta({ example: "local" })
    .describe("where the stack runs"),
  activeColor: oneOf(COLORS).meta({ example: "blue" }).describe("the color that takes traffic"),
  blue: pool.exactOptional(),
  green: pool.exactOptional(),
  app: app.prefault({}),
  processes,
  services,
  smoke,
  health: health.prefault({}),
  canary: canary.exactOptional(),
  drainSeconds: wholeNumber(0, 3600)
    .default(30)
    .meta({ example: 30 })
    .describe(
      "how long a color stays unchanged after it loses its traffic, and how long connections of leaving hosts may last",
    ),
  images: group({
    keep: wholeNumber(1, 100)
      .default(3)
      .describe(
        "how many of the stack's images a release leaves on each host, the last ones; what a color has stays in any case",
      ),
  }).prefault({}),
  edge: edge.prefault({}),
  balancer: oneOf(["managed", "edge"])
    .exactOptional()
    .meta({ example: "edge", defaultsTo: defaultByTarget("balancer") })
    .describe("the cloud's own balancer, or HAProxy on machines of the stack"),
  managed,
  tls,
  preview,
  digitalocean,
  ovh,
  ssh,
  registry,
  cosignKey,
  release: release.prefault({}),
  allowLiveChange: trueOrFalse
    .default(false)
    .meta({ example: false })
    .describe(
      "lets an `up` change a color that takes traffic; requests may be dropped, as its containers are replaced one by one",
    ),
});

export type ParsedConfig = z.output<typeof schema>;
