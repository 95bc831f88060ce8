import { expect } from "chai";
import { type Color, otherColor } from "../../../lib/color.ts";
import type { LoadOptions, LoadReport } from "../../../load/index.ts";
import { Authority } from "../../../dev/emulators/digitalocean/plane/certificate.ts";
import { type Answer, askOnce } from "../../helpers/askOnce.ts";
import { eventually, hostsBehind, startUsers, stopUsers } from "../../helpers/asking.ts";
import { buildClientApp } from "../../helpers/clientImage.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { FROM_HERE } from "../../../dev/emulators/networks/fromHere.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import { deleteSecret, storeCertificate } from "../../helpers/storedCertificate.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { APP_COLOR_HEADER, expectFewCut } from "../../helpers/traffic.ts";

const DOMAIN = "app.example.com";

describe("Octavia's preview, persistence and HTTPS", function () {
  this.timeout(900_000);
  const authority = new Authority("tests");
  const tls = { ca: authority.certificate, serverName: DOMAIN };
  let project: CloudProject;
  let client: OpenStackClient;
  let stack: TestStack;
  let address = "";
  let secret = "";
  let active: Color = "blue";

  before(async () => {
    project = await CloudProject.open();
    client = await OpenStackClient.at(project.cloud);
    stack = await project.createStack({
      activeColor: "blue",
      preview: { allowedCidrs: FROM_HERE },
      blue: { image: await project.push(await buildClientApp("v1")) },
      green: { image: await project.push(await buildClientApp("v2")) },
    });
    await stack.mustUp();
    address = new URL(await output("url")).hostname;
  });
  afterEach(stopUsers);
  // The last test has destroyed the stack.
  after(() => project.abandon());

  const output = async (name: string) => String((await stack.outputs())[name]);
  const ask = (url: string, headers = {}) => askOnce(url, tls, headers);
  const colorAt = async (url: string, headers = {}) =>
    (await ask(url, headers)).headers[APP_COLOR_HEADER];
  const users = (url: string, more: Partial<LoadOptions> = {}) =>
    startUsers(url, { colorHeader: APP_COLOR_HEADER, ...more });
  const newCertificate = () => storeCertificate(client, authority.issue([DOMAIN]));

  /** Beside the region. */
  const setOvh = (more: object) =>
    stack.set({ ovh: { region: project.cloud.environment["OS_REGION_NAME"], ...more } });

  /** Runs an action under load; Octavia's reloads cut some of the requests. */
  async function underLoad(
    url: string,
    work: () => Promise<unknown>,
    more: Partial<LoadOptions> = {},
  ): Promise<LoadReport> {
    const load = users(url, more);
    await work();
    const report = await load.stop();
    console.log(`      ${report.total} requests, ${report.failedTotal} cut off by a reload`);
    expectFewCut(report);
    return report;
  }

  /** Switches users to the other color, which changes nothing else. */
  async function switchOver(url: string, more: Partial<LoadOptions> = {}) {
    active = otherColor(active);
    await stack.set({ activeColor: active });
    const { byColor } = await underLoad(url, () => stack.mustUp(), more);
    expect(Object.keys(byColor)).to.have.members(["blue", "green"]);
    expect(await colorAt(url)).to.equal(active);
    expect(await stack.previewSteps()).to.deep.equal([]);
  }

  it("show testers the idle color before and after a switch", async () => {
    const url = `http://${address}`;
    expect(await output("previewUrl")).to.equal(`${url}:8081`);
    expect(await colorAt(`${url}:8081`)).to.equal(otherColor(active));
    await switchOver(url);
    expect(await colorAt(`${url}:8081`)).to.equal(otherColor(active));
  });

  it("block others from the preview, and do not affect users", async () => {
    const url = `http://${address}`;
    await underLoad(url, async () => {
      await stack.set({ preview: { allowedCidrs: ["203.0.113.0/24"] } });
      await stack.mustUp();
      const refused = await ask(`${url}:8081`).catch(String);
      expect(refused).to.match(/no answer|ECONNRESET/);
      await stack.set({ preview: { allowedCidrs: FROM_HERE } });
      await stack.mustUp();
    });
    expect(await colorAt(`${url}:8081`)).to.equal(otherColor(active));
  });

  it("keep a client on its host by source address from the up that enables it, without an outage", async () => {
    const url = `http://${address}`;
    expect(await hostsBehind(url)).to.have.length(2);
    await setOvh({ persistence: "sourceIp" });
    await underLoad(url, () => stack.mustUp());
    expect(await stack.previewSteps()).to.deep.equal([]);
    expect(await hostsBehind(url)).to.have.length(1);
    await switchOver(url);
    expect(await hostsBehind(url)).to.have.length(1);
  });

  it("keep a client on its host with a cookie, and on its color while a canary shrinks", async () => {
    const url = `http://${address}`;
    await setOvh({ persistence: "cookie" });
    await underLoad(url, () => stack.mustUp());
    const cookie = await cookieOf(url, active);
    expect(await hostsFor(url, cookie)).to.have.length(1);
    expect(await hostsFor(url, ""), "without the cookie").to.have.length(2);
    await stack.set({ canary: { weight: 50 } });
    await underLoad(url, () => stack.mustUp());
    const canary = await cookieOf(url, otherColor(active));
    const before = await hostsFor(url, canary);
    await stack.set({ canary: { weight: 2 } });
    await underLoad(url, () => stack.mustUp());
    expect(await hostsFor(url, canary))
      .to.deep.equal(before)
      .and.to.have.length(1);
    await stack.set({ canary: undefined });
    await switchOver(url);
    expect(await colorAt(url, { cookie: canary })).to.equal(active);
    expect(await colorAt(url, { cookie })).to.equal(active);
  });

  it("spread clients again when persistence is removed", async () => {
    const url = `http://${address}`;
    await setOvh({});
    await underLoad(url, () => stack.mustUp());
    expect(await hostsFor(url, "")).to.have.length(2);
    expect((await ask(url)).headers["set-cookie"]).to.equal(undefined);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("enable HTTPS while HTTP serves, and then redirect users to it", async () => {
    secret = await newCertificate();
    await stack.set({ tls: { secretRef: secret, domains: [DOMAIN] } });
    const isExpected = (status: number) => status === 200 || status === 302;
    await underLoad(`http://${address}`, () => stack.mustUp(), { isExpected });
    expect(await output("url")).to.equal(`https://${DOMAIN}`);
    expect(await output("previewUrl")).to.equal(`https://${DOMAIN}:8081`);
    const { body } = await ask(`https://${address}/client`);
    expect(JSON.parse(body)).to.include({ "X-Forwarded-Proto": "https" });
    expect(await colorAt(`https://${address}`)).to.equal(active);
    expect(await colorAt(`https://${address}:8081`)).to.equal(otherColor(active));
    const { status, headers } = await ask(`http://${address}/x?y=1`);
    expect([status, headers.location]).to.deep.equal([302, `https://${DOMAIN}/x?y=1`]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("switch forth and back over HTTPS", async () => {
    for (let i = 0; i < 2; i++) await switchOver(`https://${address}`, { tls });
  });

  it("accept a renewed certificate and no longer need the old one", async () => {
    const url = `https://${address}`;
    const { serial } = await ask(url);
    const renewed = await newCertificate();
    await stack.set({ tls: { secretRef: renewed, domains: [DOMAIN] } });
    await underLoad(url, () => stack.mustUp(), { tls });
    expect((await ask(url)).serial).not.to.equal(serial);
    expect((await ask(`${url}:8081`)).serial).not.to.equal(serial);
    await deleteSecret(client, secret);
    secret = renewed;
    expect(await stack.previewSteps()).to.deep.equal([]);
    await switchOver(url, { tls });
  });

  it("close HTTP when the redirect is off", async () => {
    const url = `https://${address}`;
    await stack.set({ tls: { secretRef: secret, redirect: false } });
    await underLoad(url, () => stack.mustUp(), { tls });
    expect(await ask(`http://${address}`).catch(String)).to.include("ECONNREFUSED");
    expect(await output("url")).to.equal(url);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("return to HTTP, which serves before HTTPS ends", async () => {
    await stack.set({ tls: undefined });
    const serving = eventually(
      "HTTP serves",
      () => ask(`http://${address}`).then(({ status }) => status, String),
      (status) => status === 200,
      120,
    );
    await stack.mustUp();
    await serving;
    expect(await colorAt(`http://${address}`)).to.equal(active);
    expect(await ask(`https://${address}`).catch(String)).to.include("ECONNREFUSED");
    expect(await stack.previewSteps()).to.deep.equal([]);
    await deleteSecret(client, secret);
  });

  it("leave the project empty when destroyed", async () => {
    await project.mustDestroy(stack);
    expect(project.cloud.violations).to.deep.equal([]);
  });

  /** A cookie with which the balancer keeps a client on a host of this color. */
  async function cookieOf(url: string, color: string): Promise<string> {
    const isOfColor = (found: Answer) => found.headers[APP_COLOR_HEADER] === color;
    const { headers } = await eventually(`an answer of ${color}`, () => ask(url), isOfColor);
    return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  }

  /** The hosts that answer 24 requests with this cookie. */
  async function hostsFor(url: string, cookie: string): Promise<string[]> {
    const answers = await Promise.all(Array.from({ length: 24 }, () => ask(url, { cookie })));
    const names = answers.map(({ body }) => (JSON.parse(body) as { host: string }).host);
    return [...new Set(names)];
  }
});
