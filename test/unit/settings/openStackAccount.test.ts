import { expect } from "chai";
import { authentication } from "../../../components/openstack/authentication.ts";
import {
  openStackAccountProblems,
  readOpenStack,
  type GivenOpenStack,
  toOpenStackAccount,
} from "../../../settings/openStackAccount.ts";

const OPENRC = {
  OS_AUTH_URL: "https://auth.cloud.ovh.net/v3",
  OS_USERNAME: "user-AbCd",
  OS_PASSWORD: "password",
  OS_TENANT_ID: "project",
  OS_TENANT_NAME: "1234",
  OS_USER_DOMAIN_NAME: "Default",
  OS_PROJECT_DOMAIN_NAME: "Default",
  OS_REGION_NAME: "SBG5",
};

const given = (
  environment: Readonly<Record<string, string>>,
  config: Readonly<Record<string, string>> = {},
) => readOpenStack((name) => config[name], environment);
const accountOf = (account: GivenOpenStack) => toOpenStackAccount(account, "GRA11");

describe("the account of an OpenStack project", () => {
  it("comes from a vendor's openrc file, with the config's region", () => {
    expect(openStackAccountProblems(given(OPENRC))).to.deep.equal([]);
    expect(accountOf(given(OPENRC))).to.deep.equal({
      authUrl: "https://auth.cloud.ovh.net/v3",
      region: "GRA11",
      userName: "user-AbCd",
      password: "password",
      tenantId: "project",
      tenantName: "1234",
      userDomainName: "Default",
      projectDomainName: "Default",
    });
  });

  it("comes from the provider's settings before the shell", () => {
    const config = { userName: "ann", password: "" };
    const found = given(OPENRC, config);
    expect(found.userName).to.equal("ann");
    expect(found.password).to.equal("password");
  });

  it("prefers the older name of a variable, as the provider does", () => {
    expect(given({ OS_PROJECT_ID: "new" }).tenantId).to.equal("new");
    expect(given({ OS_PROJECT_ID: "new", OS_TENANT_ID: "old" }).tenantId).to.equal("old");
  });

  it("defaults to OVH and the default domain", () => {
    const { authUrl, userDomainId, projectDomainId } = accountOf({});
    expect([authUrl, userDomainId, projectDomainId]).to.deep.equal([
      "https://auth.cloud.ovh.net/v3",
      "default",
      "default",
    ]);
    expect(accountOf({ domainName: "shop" })).to.include({ userDomainName: "shop" });
    expect(accountOf({ authUrl: "https://cloud.example.com:5000/" }).authUrl).to.equal(
      "https://cloud.example.com:5000/v3",
    );
  });

  it("requires a user, a password and a project, and names all that are missing", () => {
    const problems = openStackAccountProblems({});
    expect(problems.map((line) => line.split(": ")[0])).to.deep.equal([
      "openstack:userName",
      "openstack:password",
      "openstack:tenantId",
    ]);
    expect(problems[1]).to.equal(
      "openstack:password: must be set with target ovh. Load the project's openrc file, or " +
        "export OS_PASSWORD. Or set it: pulumi config set --secret openstack:password PASSWORD",
    );
  });

  it("may be an application credential instead", () => {
    const credential = { applicationCredentialId: "c", applicationCredentialSecret: "s" };
    expect(openStackAccountProblems(credential)).to.deep.equal([]);
    expect(openStackAccountProblems({ ...credential, password: "p" })[0]).to.include(
      "beside a password",
    );
    expect(openStackAccountProblems({ applicationCredentialName: "ci" })).to.have.length(2);
  });

  it("rejects kinds of authentication that this program does not support", () => {
    const problems = openStackAccountProblems({ ...given(OPENRC), token: "t", cloud: "prod" });
    expect(problems[0]).to.include("unset OS_TOKEN OS_AUTH_TOKEN");
    expect(problems[1]).to.include("unset OS_CLOUD");
  });

  it("requires a URL", () => {
    expect(
      openStackAccountProblems({ ...given(OPENRC), authUrl: "auth.cloud.ovh.net" })[0],
    ).to.match(/^openstack:authUrl: must be a URL, got "auth.cloud.ovh.net"\. /);
  });
});

describe("the token request to Keystone", () => {
  it("is for the project, by id before name", () => {
    expect(authentication(accountOf(given(OPENRC)))).to.deep.equal({
      auth: {
        identity: {
          methods: ["password"],
          password: {
            user: { name: "user-AbCd", domain: { name: "Default" }, password: "password" },
          },
        },
        scope: { project: { id: "project" } },
      },
    });
    const byName = { userId: "u", password: "p", tenantName: "shop" };
    expect(authentication(accountOf(byName))).to.deep.equal({
      auth: {
        identity: { methods: ["password"], password: { user: { id: "u", password: "p" } } },
        scope: { project: { name: "shop", domain: { id: "default" } } },
      },
    });
  });

  it("names no project with an application credential, which already has one", () => {
    const secret = { applicationCredentialSecret: "s" };
    const identity = (credential: object) => ({
      auth: {
        identity: { methods: ["application_credential"], application_credential: credential },
      },
    });
    expect(authentication(accountOf({ applicationCredentialId: "c", ...secret }))).to.deep.equal(
      identity({ id: "c", secret: "s" }),
    );
    const byName = { applicationCredentialName: "ci", userName: "ann", ...secret };
    expect(authentication(accountOf(byName))).to.deep.equal(
      identity({ name: "ci", secret: "s", user: { name: "ann", domain: { id: "default" } } }),
    );
  });
});
