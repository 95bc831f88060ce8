import type { GivenAccount } from "../../settings/openStackAccount.ts";
import { parseSettings } from "../../settings/parse.ts";
import type { Settings } from "../../settings/types.ts";

export const ACCOUNT = { token: "token", url: "http://127.0.0.1:1" };

export const OPENSTACK: GivenAccount = {
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
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const accounts = { account: ACCOUNT, openStack };
  return parseSettings({ values, secretKeys: new Set(secretKeys), ...accounts }, "test");
}

export const MINIMAL = {
  activeColor: "blue",
  blue: { image: "app:v1" },
  green: { image: "app:v2" },
};
