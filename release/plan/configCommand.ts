import type { ConfigChange } from "./types.ts";

/** A change of the config as the user could type it. */
export function configCommand({ key, value }: ConfigChange): string {
  const path = key.includes(".") ? "--path " : "";
  return value === undefined
    ? `pulumi config rm ${path}${key}`
    : `pulumi config set ${path}${key} ${value}`;
}
