import { blueGreen } from "./stacks/blueGreen.ts";

export const { url, previewUrl, activeColor, idleColor, pools, canary, monthlyCost, release } =
  await blueGreen();
