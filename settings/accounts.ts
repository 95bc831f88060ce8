import {
  type GivenOpenStack,
  openStackAccountProblems,
  readOpenStack,
} from "./openStackAccount.ts";
import { configSet } from "./remedies.ts";
import type { TargetName } from "./targets.ts";
import type { Account } from "./types.ts";

/** A setting of a target's provider, by its whole key (`openstack:userName`); undefined if not set. */
export type ProviderSetting = (key: string) => string | undefined;
type Environment = Readonly<Record<string, string | undefined>>;

/** What the providers' settings and the shell say of each target's account, complete or not. */
export interface GivenAccounts extends Readonly<Record<TargetName, unknown>> {
  readonly local: undefined;
  /** An empty token means none. */
  readonly digitalocean: Account;
  readonly ovh: GivenOpenStack;
}

export function readAccounts(setting: ProviderSetting, environment: Environment): GivenAccounts {
  return {
    local: undefined,
    digitalocean: readDigitalOcean(setting, environment),
    ovh: readOpenStack((name) => setting(`openstack:${name}`), environment),
  };
}

const PROBLEMS: { readonly [T in TargetName]: (account: GivenAccounts[T]) => string[] } = {
  local: () => [],
  digitalocean: digitalOceanProblems,
  ovh: openStackAccountProblems,
};

/** The mistakes in the account that a target uses. */
export function accountProblems<T extends TargetName>(
  target: T,
  accounts: GivenAccounts,
): string[] {
  return PROBLEMS[target](accounts[target]);
}

const VENDOR_URL = "https://api.digitalocean.com";

/** In the order in which DigitalOcean's provider looks for them. */
function readDigitalOcean(setting: ProviderSetting, environment: Environment): Account {
  const { DIGITALOCEAN_TOKEN, DIGITALOCEAN_ACCESS_TOKEN, DIGITALOCEAN_API_URL } = environment;
  return {
    token: setting("digitalocean:token") || DIGITALOCEAN_TOKEN || DIGITALOCEAN_ACCESS_TOKEN || "",
    url: setting("digitalocean:apiEndpoint") || DIGITALOCEAN_API_URL || VENDOR_URL,
  };
}

function digitalOceanProblems({ token }: Account): string[] {
  if (token) return [];
  return [
    "digitalocean:token: must be set with target digitalocean. Export DIGITALOCEAN_TOKEN. " +
      `Or set it: ${configSet(["digitalocean:token"], "TOKEN", "secret")}`,
  ];
}
