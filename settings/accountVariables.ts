/**
 * The usual variables of an account, in the order in which the provider looks for them.
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
 * A project in an OpenStack cloud, and what opens it: a user with a password and the project by id or
 * name, or an application credential. The names are those of the provider's own arguments, so that a
 * provider can be made of it; one that is made of the shell's environment could work elsewhere.
 */
export interface OpenStackAccount extends Readonly<
  Partial<Record<keyof typeof ACCOUNT_VARIABLES, string>>
> {
  /** Keystone's, with its version: `https://auth.cloud.ovh.net/v3`. */
  readonly authUrl: string;
  /** As the catalog calls it: `GRA11`. */
  readonly region: string;
}

/** What the provider knows besides: for both domains, and other ways in. */
export const OTHER_VARIABLES = {
  domainId: ["OS_DOMAIN_ID"],
  domainName: ["OS_DOMAIN_NAME"],
  defaultDomain: ["OS_DEFAULT_DOMAIN"],
  token: ["OS_TOKEN", "OS_AUTH_TOKEN"],
  cloud: ["OS_CLOUD"],
} as const;
