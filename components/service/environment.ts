import type { Color } from "../../lib/color.ts";

export type AppEnvironment = Readonly<Record<string, string>>;

/**
 * The text of an environment file as `docker run --env-file` reads it: one `NAME=value` a line, the
 * value as it stands, so that a value can't hold a line break (settings refuse one).
 */
export function environmentFile(color: Color, port: number, environment: AppEnvironment): string {
  const own = { DEPLOYMENT_COLOR: color, PORT: String(port) };
  return Object.entries({ ...environment, ...own })
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("\n");
}
