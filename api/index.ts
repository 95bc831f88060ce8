/** What the program of a stack imports. The components that it is made of: `blue-green/components`. */
export { blueGreen, type BlueGreenOutputs } from "../stacks/blueGreen.ts";
export type { CanaryOutputs, PoolOutputs } from "../components/service/stackOutputs.ts";
export type { Color } from "../lib/color.ts";
