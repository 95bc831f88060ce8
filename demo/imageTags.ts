import { APP_REPOSITORY } from "../app/build.ts";
import { DEFAULT_STACK } from "./options.ts";

/** Another stack has tags of its own, so that its removal takes nothing from the first. */
export function imageTags(stack: string): Readonly<Record<"v1" | "v2", string>> {
  const suffix = stack === DEFAULT_STACK ? "" : `-${stack}`;
  return { v1: `${APP_REPOSITORY}:v1${suffix}`, v2: `${APP_REPOSITORY}:v2${suffix}` };
}
