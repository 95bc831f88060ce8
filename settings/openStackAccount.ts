import { configSet, removeCommand } from "./remedies.ts";

/**
 * The environment variables of an account, in the order in which the provider reads them.
 *
 * @see https://github.com/terraform-provider-openstack/terraform-provider-openstack (provider.go)
 */
export const ACCOUNT_VARIABLES = {
  authUrl: ["OS_AUTH_URL"],
  region: ["OS_REGION_NAME"],
  userName: ["OS_USERNAME"],
  userId: ["OS_USER_ID"],
  password: ["OS_PASSWORD"],
  tenantId: ["OS_TENANT_ID", "OS_PROJECT_ID"],
  tenantName: ["OS_TENANT_NAME", "OS_PROJECT_NAME"],
  userDomainId: ["OS_USER_DOMAIN_ID"],
  userDomainName: ["OS_USER_DOMAIN_NAME"],
  projectDomainId: ["OS_PROJECT_DOMAIN_ID"],
  projectDomainName: ["OS_PROJECT_DOMAIN_NAME"],
  applicationCredentialId: ["OS_APPLICATION_CREDENTIAL_ID"],
  applicationCredentialName: ["OS_APPLICATION_CREDENTIAL_NAME"],
  applicationCredentialSecret: ["OS_APPLICATION_CREDENTIAL_SECRET"],
} as const;

/**
 * A project in an OpenStack cloud and its credentials: a user with a password and the project by id or
 * name, or an application credential. Keys are the provider's own arguments: a provider made from them
 * can't end up in another project because of the shell's environment.
 */
export interface OpenStackAccount extends Readonly<
  Partial<Record<keyof typeof ACCOUNT_VARIABLES, string>>
> {
  /** Keystone's, with its version: `https://auth.cloud.ovh.net/v3`. */
  readonly authUrl: string;
  /** As the catalog calls it: `GRA11`. */
  readonly region: string;
}

/** Further variables of the provider: one for both domains, and other credentials. */
const OTHER_VARIABLES = {
  domainId: ["OS_DOMAIN_ID"],
  domainName: ["OS_DOMAIN_NAME"],
  defaultDomain: ["OS_DEFAULT_DOMAIN"],
  token: ["OS_TOKEN", "OS_AUTH_TOKEN"],
  cloud: ["OS_CLOUD"],
} as const;

/** By the provider's setting names; unset and empty values are left out. */
export type GivenOpenStack = Partial<
  Record<keyof OpenStackAccount | keyof typeof OTHER_VARIABLES, string>
>;

/**
 * The provider's own settings, completed from the shell's environment.
 *
 * @param setting One of `openstack:*`.
 */
export function readOpenStack(
  setting: (name: string) => string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): GivenOpenStack {
  const all = Object.entries({ ...ACCOUNT_VARIABLES, ...OTHER_VARIABLES });
  const found = all.flatMap(([name, variables]) => {
    const value = [setting(name), ...variables.map((one) => environment[one])].find(Boolean);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

const OVH = "https://auth.cloud.ovh.net/v3";
/** OVH's, and the usual one. */
const DEFAULT_DOMAIN = "default";

export function toOpenStackAccount(given: GivenOpenStack, region: string): OpenStackAccount {
  const known = Object.entries(given).filter(([name]) => name in ACCOUNT_VARIABLES);
  const account: Partial<OpenStackAccount> = Object.fromEntries(known);
  const domain = domainOf(given);
  const { userDomainId, userDomainName, projectDomainId, projectDomainName } = account;
  return {
    ...account,
    authUrl: versioned(account.authUrl ?? OVH),
    region,
    ...(!userDomainId && !userDomainName && named("userDomain", domain)),
    ...(!projectDomainId && !projectDomainName && named("projectDomain", domain)),
  };
}

interface Domain {
  readonly by: "Id" | "Name";
  readonly value: string;
}

function domainOf(given: GivenOpenStack): Domain {
  const { domainId, domainName, defaultDomain = DEFAULT_DOMAIN } = given;
  if (domainId !== undefined) return { by: "Id", value: domainId };
  if (domainName !== undefined) return { by: "Name", value: domainName };
  return { by: "Id", value: defaultDomain };
}

function named(prefix: "userDomain" | "projectDomain", { by, value }: Domain) {
  return { [`${prefix}${by}`]: value };
}

/** A cloud with a single version of Keystone may omit it in the URL. */
function versioned(authUrl: string): string {
  const url = authUrl.replace(/\/+$/, "");
  return url.endsWith("/v3") ? url : `${url}/v3`;
}

/** Mistakes that would lock out the provider or this program, or lead them to different projects. */
export function openStackAccountProblems(given: GivenOpenStack): string[] {
  const isCredential =
    given.applicationCredentialId !== undefined || given.applicationCredentialName !== undefined;
  return [
    ...urlProblems(given),
    ...foreignProblems(given),
    ...(isCredential ? credentialProblems(given) : passwordProblems(given)),
  ];
}

function urlProblems({ authUrl }: GivenOpenStack): string[] {
  if (authUrl === undefined || /^https?:\/\/[^\s/]+/.test(authUrl)) return [];
  return [`openstack:authUrl: must be a URL, got "${authUrl}".${remedy("authUrl", OVH)}`];
}

/** Credentials that the provider prefers to all others, and this program does not support. */
function foreignProblems({ token, cloud }: GivenOpenStack): string[] {
  const problems: string[] = [];
  if (token !== undefined) {
    problems.push(
      "openstack:token: must not be set, because a token expires within hours and can't be renewed. " +
        "Run unset OS_TOKEN OS_AUTH_TOKEN, or where the config has it: " +
        removeCommand(["openstack:token"]),
    );
  }
  if (cloud !== undefined) {
    problems.push(
      "openstack:cloud: must not be set, because this program reads no clouds.yaml. Load the project's " +
        "openrc file instead, and run unset OS_CLOUD, or where the config has it: " +
        removeCommand(["openstack:cloud"]),
    );
  }
  return problems;
}

function passwordProblems({ userName, userId, password, tenantId, tenantName }: GivenOpenStack) {
  return [
    ...(userName === undefined && userId === undefined
      ? [missing("userName", "user-AbCdEfGh")]
      : []),
    ...(password === undefined ? [missing("password", "PASSWORD")] : []),
    ...(tenantId === undefined && tenantName === undefined ? [missing("tenantId", "ID")] : []),
  ];
}

function credentialProblems(given: GivenOpenStack): string[] {
  const { applicationCredentialId, applicationCredentialSecret, password, userName, userId } =
    given;
  const problems: string[] = [];
  if (password !== undefined) {
    problems.push(
      "openstack:applicationCredentialId: must not be set beside a password, which takes precedence. " +
        "Run unset OS_PASSWORD, or unset OS_APPLICATION_CREDENTIAL_ID",
    );
  }
  if (applicationCredentialSecret === undefined) {
    problems.push(missing("applicationCredentialSecret", "SECRET"));
  }
  const needsUser = applicationCredentialId === undefined;
  if (needsUser && userName === undefined && userId === undefined) {
    problems.push(missing("userName", "user-AbCdEfGh"));
  }
  return problems;
}

function missing(name: keyof OpenStackAccount, example: string): string {
  return `openstack:${name}: must be set with target ovh.${remedy(name, example)}`;
}

const SECRETS = ["password", "applicationCredentialSecret"];

function remedy(name: keyof OpenStackAccount, example: string): string {
  const storage = SECRETS.includes(name) ? "secret" : undefined;
  const [variable] = ACCOUNT_VARIABLES[name];
  const set = configSet([`openstack:${name}`], example, storage);
  return ` Load the project's openrc file, or export ${variable}. Or set it: ${set}`;
}
