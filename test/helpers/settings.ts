import type { GivenOpenStack } from "../../settings/openStackAccount.ts";
import { parseSettings } from "../../settings/parse.ts";
import type { Settings } from "../../settings/types.ts";

export const ACCOUNT = { token: "token", url: "http://127.0.0.1:1" };

export const OPENSTACK: GivenOpenStack = {
  authUrl: "http://127.0.0.1:1/v3",
  userName: "ann",
  password: "password",
  tenantId: "project",
};

/** The values of a stack file, as the program gets them. */
export function settingsFrom(
  config: Readonly<Record<string, unknown>>,
  secretKeys: readonly string[] = [],
  openStack = OPENSTACK,
): Settings {
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : pulumiJson(value),
    ]),
  );
  const accounts = { local: undefined, digitalocean: ACCOUNT, ovh: openStack };
  return parseSettings({ values, secretKeys: new Set(secretKeys), accounts }, "test");
}

/** How Pulumi passes an object of the stack file to the program: sorted names, no spaces. */
function pulumiJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export const MINIMAL = {
  activeColor: "blue",
  blue: { image: "app:v1" },
  green: { image: "app:v2" },
};
