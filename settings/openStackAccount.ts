import { configSet, removeCommand } from "./remedies.ts";
import { ACCOUNT_VARIABLES, type OpenStackAccount, OTHER_VARIABLES } from "./accountVariables.ts";

/** By the names of the provider's settings; what is not set, or empty, is left out. */
export type GivenAccount = Partial<
  Record<keyof OpenStackAccount | keyof typeof OTHER_VARIABLES, string>
>;

/**
 * What the provider's own settings say, and where they are silent the shell.
 *
 * @param setting One of `openstack:*`.
 */
export function givenAccount(
  setting: (name: string) => string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): GivenAccount {
  const all = Object.entries({ ...ACCOUNT_VARIABLES, ...OTHER_VARIABLES });
  const found = all.flatMap(([name, variables]) => {
    const value = [setting(name), ...variables.map((one) => environment[one])].find(Boolean);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

const OVH = "https://auth.cloud.ovh.net/v3";
/** OVH's, and every cloud's own. */
const DEFAULT_DOMAIN = "default";

export function toOpenStackAccount(given: GivenAccount, region: string): OpenStackAccount {
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

function domainOf(given: GivenAccount): Domain {
  const { domainId, domainName, defaultDomain = DEFAULT_DOMAIN } = given;
  if (domainId !== undefined) return { by: "Id", value: domainId };
  if (domainName !== undefined) return { by: "Name", value: domainName };
  return { by: "Id", value: defaultDomain };
}

function named(prefix: "userDomain" | "projectDomain", { by, value }: Domain) {
  return { [`${prefix}${by}`]: value };
}

/** Clouds that have one version of Keystone only may name none. */
function versioned(authUrl: string): string {
  const url = authUrl.replace(/\/+$/, "");
  return url.endsWith("/v3") ? url : `${url}/v3`;
}

/** What would keep the provider or this program out, or lead them to different projects. */
export function accountProblems(given: GivenAccount): string[] {
  const isCredential =
    given.applicationCredentialId !== undefined || given.applicationCredentialName !== undefined;
  return [
    ...urlProblems(given),
    ...foreignProblems(given),
    ...(isCredential ? credentialProblems(given) : passwordProblems(given)),
  ];
}

function urlProblems({ authUrl }: GivenAccount): string[] {
  if (authUrl === undefined || /^https?:\/\/[^\s/]+/.test(authUrl)) return [];
  return [`openstack:authUrl: must be a URL, got "${authUrl}".${remedy("authUrl", OVH)}`];
}

/** Ways in that the provider takes before all others, and this program does not. */
function foreignProblems({ token, cloud }: GivenAccount): string[] {
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

function passwordProblems({ userName, userId, password, tenantId, tenantName }: GivenAccount) {
  return [
    ...(userName === undefined && userId === undefined
      ? [missing("userName", "user-AbCdEfGh")]
      : []),
    ...(password === undefined ? [missing("password", "PASSWORD")] : []),
    ...(tenantId === undefined && tenantName === undefined ? [missing("tenantId", "ID")] : []),
  ];
}

function credentialProblems(given: GivenAccount): string[] {
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
  return `openstack:${name}: must be set where the target is ovh.${remedy(name, example)}`;
}

const SECRETS = ["password", "applicationCredentialSecret"];

function remedy(name: keyof OpenStackAccount, example: string): string {
  const storage = SECRETS.includes(name) ? "secret" : undefined;
  const [variable] = ACCOUNT_VARIABLES[name];
  const set = configSet([`openstack:${name}`], example, storage);
  return ` Load the project's openrc file, or export ${variable}. Or set it: ${set}`;
}
