import { resourcePlugin } from "./resourcePlugin.mjs";

/** Makes droplets, balancers and what belongs to them. */
export const digitaloceanPlugin = resourcePlugin("digitalocean");
