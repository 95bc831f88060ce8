import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { docker } from "../../../dev/emulators/docker.ts";
import { type Registry, startRegistry } from "../../../dev/emulators/registry/registry.ts";
import { expectNoFailure, startUsers, stopUsers } from "../../helpers/asking.ts";
import { bluegreen } from "../../helpers/bluegreen.ts";
import { buildApp } from "../../helpers/images.ts";
import { TestStack } from "../../helpers/testStack.ts";

const LOGIN = { user: "ann", password: "registry-4711" };
const ROTATED = "registry-0815";

/** Debian's registry asks for a password, which Docker has by `docker login`. */
describe("images of a private registry on this machine", function () {
  this.timeout(10 * 60_000);
  const name = `blue-green-private-${process.pid}`;
  const pushed: string[] = [];
  let registry: Registry;
  let stack: TestStack;
  let folder: string;

  before(async () => {
    // The login must not get into the configuration of whoever runs this.
    folder = await mkdtemp(join(tmpdir(), `${name}-`));
    registry = await startRegistry({ name, labels: {}, network: "bridge", login: LOGIN });
    await logIn(LOGIN.password);
    const settings = {
      activeColor: "blue",
      blue: { image: await push("v1"), count: 1 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
      drainSeconds: 0,
      release: { watchSeconds: 0, probe: { path: "/", ratePerSecond: 10 } },
    };
    stack = await TestStack.create(settings, { DOCKER_CONFIG: folder });
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(async () => {
    await stack?.remove();
    await registry?.remove();
    await execa("docker", ["image", "rm", "--force", ...pushed], { reject: false });
    await rm(folder, { recursive: true });
  });

  async function logIn(password: string): Promise<void> {
    const words = ["login", "--username", LOGIN.user, "--password-stdin"];
    const server = await registry.localAddress();
    await execa("docker", [...words, server], { env: { DOCKER_CONFIG: folder }, input: password });
  }

  /** @returns the image as this machine pulls it; no image of that name is here before. */
  async function push(version: string): Promise<string> {
    const tag = `${name}:${version}`;
    await docker("tag", await buildApp(version), tag);
    await registry.push(tag);
    const image = `${await registry.localAddress()}/${tag}`;
    pushed.push(tag, image);
    return image;
  }

  const versionAt = async (url: string) =>
    ((await (await fetch(url)).json()) as { version: string }).version;

  const running = async () => ({
    ...(await stack.containers("blue")),
    ...(await stack.containers("green")),
  });

  it("are refused without a login, and deployed after the remedy", async () => {
    expect(await versionAt(stack.url)).to.equal("v1");
    await rm(join(folder, "config.json"));
    await stack.set({ green: { image: await push("v2"), count: 1 } });
    const refused = await stack.up("--skip-preview");
    expect(refused.ok, refused.output).to.equal(false);
    // To loopback, Docker asks again without TLS, and reports only how that failed.
    expect(refused.output)
      .to.match(/green\.image: the image \S+:v2 could not be pulled: /)
      .and.include("or log in to its registry on this host (docker login)");
    expect(await stack.containers("green")).to.deep.equal({});
    expect(await versionAt(stack.url)).to.equal("v1");

    await logIn(LOGIN.password);
    await stack.mustUp();
    expect(await versionAt(stack.previewUrl)).to.equal("v2");
  });

  it("are switched to and released under load", async () => {
    const users = startUsers(stack.url);
    await stack.set({ activeColor: "green" });
    expect(await stack.previewSteps()).to.deep.equal(["update edge-route", "update gate"]);
    await stack.mustUp();
    expect(await versionAt(stack.url)).to.equal("v2");
    const release = await bluegreen(stack, "release", "--image", await push("v3"), "--yes");
    expect(release.code, release.output).to.equal(0);
    expectNoFailure(await users.stop());
    expect(await versionAt(stack.url)).to.equal("v3");
    expect(await stack.route()).to.equal("blue:0:off");
  });

  it("are not asked for again when the password rotates", async () => {
    const before = await running();
    await registry.changePassword(ROTATED);
    // The old login would be refused.
    for (const more of [[], ["--undo"]]) {
      const { code, output } = await bluegreen(stack, "rollback", ...more, "--yes");
      expect(code, output).to.equal(0);
      expect(output).not.to.include("could not be pulled");
    }
    expect(await stack.previewSteps()).to.deep.equal([]);
    expect(await running()).to.deep.equal(before);
  });
});
