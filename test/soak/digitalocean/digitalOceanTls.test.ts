import { expect } from "chai";
import { execa } from "execa";
import { askOnce, type Answer } from "../../helpers/askOnce.ts";
import { eventually, startUsers, stopUsers } from "../../helpers/asking.ts";
import { buildClientApp } from "../../helpers/clientImage.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { watchCommandLines } from "../../helpers/commandLines.ts";
import { docker, type TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

const LOGIN = { user: "deploy", password: "open-sesame-4711" };
const DOMAIN = "app.example.com";

/** One stack with all the extras of a managed balancer; none of them masks another. */
describe("HTTPS, sticky sessions, the PROXY protocol and a private registry", function () {
  this.timeout(600_000);
  let account: CloudAccount;
  let stack: TestStack;
  let address = "";
  let images: string[];

  before(async () => {
    account = await CloudAccount.open({}, LOGIN);
    images = [];
    for (const version of ["v1", "v2", "v3"]) {
      images.push(await account.push(await buildClientApp(version)));
    }
    const [blue, green] = images;
    stack = await account.createStack({
      activeColor: "blue",
      blue: { image: blue },
      green: { image: green },
      tls: { domains: [DOMAIN] },
      managed: { stickySeconds: 300, proxyProtocol: true },
      registry: { server: account.registryServer, username: LOGIN.user },
    });
    await stack.setSecret("registry", "password", LOGIN.password);
  });
  afterEach(stopUsers);
  after(() => account.close());

  const users = (name = DOMAIN) =>
    startUsers(`https://${address}`, { tls: { ca: account.cloud.authority, serverName: name } });

  /** Requests over TLS with a certificate for this name. */
  const ask = (url: string, headers = {}, serverName = DOMAIN): Promise<Answer> =>
    askOnce(url, { ca: account.cloud.authority, serverName }, headers);

  const https = (path: string, headers = {}) => ask(`https://${address}${path}`, headers);

  it("refuse to start when another DNS provider manages the domain", async () => {
    account.cloud.reset();
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include(`tls.domains: "${DOMAIN}" is in no domain that the account's DNS`);
    await stack.set({ tls: { certificate: "none" } });
    expect((await stack.preview()).output).to.include(
      'tls.certificate: the account has no certificate "none"',
    );
    expect(account.cloud.calls().filter(({ method }) => method !== "GET")).to.deep.equal([]);
    await stack.set({ tls: { domains: [DOMAIN] } });
    account.cloud.addDomain("example.com");
  });

  it("come up with a certificate for the domain and redirect users to HTTPS", async () => {
    const watch = watchCommandLines(20);
    const output = await stack.mustUp();
    const commandLines = (await watch.stop()).split("\n");
    expect(commandLines.filter((line) => line.includes(LOGIN.password))).to.deep.equal([]);
    const login = `docker login --username ${LOGIN.user} --password-stdin`;
    expect(commandLines.some((line) => line.includes(login))).to.equal(true);
    expect(output).not.to.include(LOGIN.password);
    const [balancer] = await account.list<{ ip: string }>("load_balancers");
    address = balancer?.ip ?? "";
    const answer = await https("/");
    expect([answer.status, answer.headers["x-color"]]).to.deep.equal([200, "blue"]);
    const redirect = await ask(`http://${address}/x?y=1`);
    expect([redirect.status, redirect.headers.location]).to.deep.equal([
      307,
      `https://${address}/x?y=1`,
    ]);
    expect((await stack.outputs())["url"]).to.equal(`https://${DOMAIN}`);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("pass the client's address to the app", async () => {
    const { body } = await https("/client");
    const gateway = await docker(
      ...["network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}"],
      account.cloud.publicNetwork,
    );
    expect(JSON.parse(body)).to.deep.equal({
      "X-Forwarded-For": gateway,
      "X-Forwarded-Proto": "https",
    });
  });

  it("use the registry's password only for the pull", async () => {
    const { output: state } = await stack.pulumi(["stack", "export", "--stack", stack.name]);
    // As stored in Docker's configuration.
    const pair = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
    for (const secret of [LOGIN.password, pair]) {
      expect(state, "the state").not.to.include(secret);
      for (const host of await hosts()) {
        const places = "/home /root /tmp /etc /var/log /run";
        const search = `grep -rlFs -e '${secret}' ${places}; journalctl --no-pager | grep -F '${secret}'`;
        const found = await execa("docker", ["exec", host, "sh", "-c", search], { reject: false });
        expect(found.stdout, host).to.equal("");
      }
    }
  });

  it("keep a client on its host, and move it to the new color after a switch", async () => {
    const first = await https("/");
    const cookie = first.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    expect(cookie).to.match(/^blue-green=/);
    expect(await hostsFor(cookie)).to.have.length(1);
    expect((await hostsFor("")).sort(), "without the cookie").to.have.length(2);
    const load = users();
    await stack.set({ activeColor: "green" });
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    const after = await https("/", { cookie });
    expect(after.headers["x-color"]).to.equal("green");
    const next = after.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    expect(next)
      .to.match(/^blue-green=/)
      .and.not.to.equal(cookie);
    expect(await hostsFor(next)).to.have.length(1);
  });

  it("report once that the registry rejects the password, and keep serving", async () => {
    const load = users();
    await stack.set({ blue: { image: images[2] } });
    await stack.setSecret("registry", "password", "wrong-sesame");
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    const errors = output.match(/blue\.image: the image \S+ could not be pulled: [^\n]*/g) ?? [];
    expect([...new Set(errors)], output).to.have.length(1);
    expect(errors[0]).to.include(`logging in to ${account.registryServer} as ${LOGIN.user} failed`);
    expect(output).to.include("Check registry.server, registry.username and registry.password.");
    expect(output).not.to.include("wrong-sesame");
    await stack.setSecret("registry", "password", LOGIN.password);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "green");
  });

  it("replace the certificate in place for other domains, drop the redirect and delete the old one", async () => {
    await stack.set({ tls: { domains: [DOMAIN, "www.example.com"], redirect: false } });
    const steps = await stack.previewSteps();
    expect(steps.filter((step) => / balancer$/.test(step))).to.deep.equal(["update balancer"]);
    const load = users();
    await stack.mustUp();
    const other = () => ask(`https://${address}/`, {}, "www.example.com").catch(() => undefined);
    await eventually("the new certificate", other, (answer) => answer?.status === 200);
    expectUnharmed(await load.stop(), "green");
    expect((await ask(`http://${address}/`)).status, "without TLS").to.equal(200);
    const left = await account.list<{ dns_names: string[] }>("certificates");
    expect(left).to.have.lengthOf(1);
    expect(left[0]?.dns_names).to.have.members([DOMAIN, "www.example.com"]);
  });

  it("need no changes after the vendor has renewed the certificate", async () => {
    const [before] = await account.list<{ id: string; name: string }>("certificates");
    const load = users();
    account.cloud.renewCertificate(before?.name ?? "");
    const [after] = await account.list<{ id: string; name: string }>("certificates");
    expect(after?.id).not.to.equal(before?.id);
    await stack.mustUp("--refresh");
    expectUnharmed(await load.stop(), "green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("leave no certificate when destroyed", async () => {
    const { ok, output } = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    expect(ok, output).to.equal(true);
    expect(await account.list("certificates")).to.deep.equal([]);
  });

  it("send only requests that match the vendor's description", () => {
    expect(account.cloud.violations).to.deep.equal([]);
  });

  /** The hosts that answer eight requests with this cookie. */
  async function hostsFor(cookie: string): Promise<string[]> {
    const answers = await Promise.all(Array.from({ length: 8 }, () => https("/", { cookie })));
    const names = answers.map(({ body }) => (JSON.parse(body) as { host: string }).host);
    return [...new Set(names)];
  }

  async function hosts(): Promise<string[]> {
    const named = ["--filter", `label=${account.cloud.label}`, "--format", "{{.Names}}"];
    const names = (await docker("ps", ...named)).split("\n");
    return names.filter((name) => /-(blue|green)-\d/.test(name));
  }
});
