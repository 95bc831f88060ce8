import { expect } from "chai";
import { Project } from "./openstackProject.ts";

const TOKENS = "/identity/v3/auth/tokens";

interface TokenBody {
  readonly token: {
    readonly project: { readonly id: string };
    readonly catalog: readonly {
      readonly type: string;
      readonly endpoints: readonly { readonly url: string; readonly region: string }[];
    }[];
  };
}

describe("the emulated Keystone", () => {
  let project: Project;

  beforeEach(async () => {
    project = await Project.open();
  });

  afterEach(() => project.close());

  const signIn = (identity: object, scope?: object) =>
    project.ask<TokenBody>("POST", TOKENS, { auth: { identity, ...(scope && { scope }) } });

  function password(more: object = {}): object {
    const { OS_USERNAME: name, OS_PASSWORD: secret } = project.cloud.environment;
    const user = { name, password: secret, domain: { name: "Default" }, ...more };
    return { methods: ["password"], password: { user } };
  }

  it("issues a token for the project, with the region's endpoints", async () => {
    const scope = { project: { id: project.cloud.projectId } };
    const { status, body, headers } = await signIn(password(), scope);
    expect([status, body.token.project.id]).to.deep.equal([201, project.cloud.projectId]);
    expect(headers.get("x-subject-token")).to.match(/^gAAAAA/);
    const endpoints = body.token.catalog.map(({ type, endpoints: [one] }) => [type, one?.url]);
    expect(Object.fromEntries(endpoints)).to.deep.equal({
      identity: `${project.cloud.url}/identity`,
      image: `${project.cloud.url}/image`,
      compute: `${project.cloud.url}/compute/v2.1`,
      network: `${project.cloud.url}/network`,
    });
    expect(body.token.catalog[0]?.endpoints[0]?.region).to.equal("GRA11");
  });

  it("rejects a wrong password, user, domain, project and method alike", async () => {
    const elsewhere = { project: { id: "0".repeat(32) } };
    for (const [identity, scope] of [
      [password({ password: "wrong" })],
      [password({ name: "nobody" })],
      [password({ domain: { id: "other" } })],
      [password(), elsewhere],
      [{ methods: ["totp"] }],
    ] as [object, object?][]) {
      const { status, body } = await signIn(identity, scope);
      expect([status, body]).to.deep.equal([
        401,
        {
          error: {
            ...{ code: 401, title: "Unauthorized" },
            message: "The request you have made requires authentication.",
          },
        },
      ]);
    }
  });

  it("accepts application credentials by id, and by name with the user", async () => {
    const { id, name, secret } = project.cloud.addApplicationCredential("deploy");
    const user = { name: project.cloud.environment["OS_USERNAME"], domain: { id: "default" } };
    const by = async (credential: object) => {
      const methods = ["application_credential"];
      return (await signIn({ methods, application_credential: credential })).status;
    };
    expect(await by({ id, secret })).to.equal(201);
    expect(await by({ name, secret, user })).to.equal(201);
    expect(await by({ name, secret })).to.equal(401);
    expect(await by({ id, secret: "wrong" })).to.equal(401);
  });

  it("blocks access to the other services without a valid token", async () => {
    const servers = "/compute/v2.1/servers";
    expect((await project.ask("GET", servers)).status).to.equal(200);
    expect((await project.ask("GET", servers, undefined, { "x-auth-token": "x" })).status).to.equal(
      401,
    );
    project.cloud.faults.expireTokens();
    expect((await project.ask("GET", servers)).status).to.equal(401);
    await project.signIn();
    expect((await project.ask("GET", servers)).status).to.equal(200);
  });

  it("expires tokens, and lets them be checked and revoked before", async () => {
    await project.close();
    project = await Project.open({ tokenSeconds: 0.2 });
    const own = (await signIn(password())).headers.get("x-subject-token") ?? "";
    const headers = { "x-subject-token": own };
    expect((await project.ask("GET", TOKENS, undefined, headers)).status).to.equal(200);
    expect((await project.ask("DELETE", TOKENS, undefined, headers)).status).to.equal(204);
    expect((await project.ask("GET", TOKENS, undefined, headers)).status).to.equal(404);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await project.ask("GET", "/image/v2/images")).status).to.equal(401);
  });
});

describe("the emulated Glance", () => {
  it("lists images, also by name, and returns one by its id", async () => {
    const project = await Project.open();
    interface List {
      readonly images: { readonly id: string; readonly name: string }[];
    }
    const images = async (query = "") =>
      (await project.ask<List>("GET", `/image/v2/images${query}`)).body.images;
    expect((await images()).length).to.be.greaterThan(1);
    const [debian] = await images("?name=Debian+12&status=active&visibility=public");
    expect(debian?.name).to.equal("Debian 12");
    const one = await project.ask("GET", `/image/v2/images/${debian?.id}`);
    expect(one.body).to.include({ id: debian?.id, status: "active" });
    expect((await project.ask("GET", "/image/v2/images/none")).status).to.equal(404);
    await project.close();
  });
});
