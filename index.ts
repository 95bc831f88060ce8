import { blueGreen } from "./stacks/blueGreen.ts";

export const {
  url,
  previewUrl,
  activeColor,
  idleColor,
  pools,
  canary,
  services,
  monthlyCost,
  release,
} = await blueGreen();
