import { expect } from "chai";
import { askApp, expectNoFailure, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CommentApi } from "../../../dev/pipelines/commentApi.ts";
import { type Build, runBuild } from "../../../dev/pipelines/jenkinsRunner.ts";
import { LOGIN, PASSPHRASE, PipelineRepository } from "../../helpers/pipelineRepository.ts";

const TOKEN = "ghp-hidden-4711";
const RATE = { ratePerSecond: 20 };

describe("the pipeline for Jenkins", () => {
  let repository: PipelineRepository;
  let api: CommentApi;

  before(async () => {
    repository = await PipelineRepository.create(["Jenkinsfile", "Jenkinsfile"]);
    api = await CommentApi.start(TOKEN);
  });
  afterEach(stopUsers);
  after(async () => {
    await api?.stop();
    await repository?.remove();
  });

  /**
   * Builds under load with what the file's first lines name; fails no user's request and prints no
   * secret.
   */
  async function build(
    action: string,
    answer: Build["answer"] = "yes",
    more: Readonly<Record<string, string>> = {},
  ) {
    const load = startUsers(repository.stack.url, RATE);
    const { code, output } = await runBuild(repository, {
      answer,
      parameters: { ACTION: action },
      environment: {
        STACK: repository.stack.name,
        IMAGE_NAME: repository.image,
        PULUMI_BACKEND_URL: repository.environment["PULUMI_BACKEND_URL"] ?? "",
        ...more,
      },
      credentials: {
        registry: LOGIN,
        "pulumi-passphrase": PASSPHRASE,
        "change-token": TOKEN,
      },
    });
    expectNoFailure(await load.stop(), 50);
    for (const secret of [LOGIN.password, PASSPHRASE, TOKEN]) expect(output).not.to.include(secret);
    return { code, output };
  }

  const users = async () => (await askApp(repository.stack.url)).version;
  const testers = async () => (await askApp(repository.stack.previewUrl)).version;

  it("previews a pull request in a comment, and releases nothing", async () => {
    const commit = await repository.commit("p1");
    const change = { CHANGE_ID: "7", CHANGE_URL: `${api.url}/acme/shop/pull/7` };
    const { code, output } = await build("release", "yes", change);
    expect(code, output).to.equal(0);
    for (const stage of ["Build", "Release", "Test", "Promote", "By hand"]) {
      expect(output).to.include(`Stage "${stage}" skipped due to when conditional`);
    }
    const [{ body = "" } = {}] = api.comments;
    expect(body).to.include(`${repository.image}:${commit}`);
    expect(body).to.match(/1\. deploy .*2\. approval .*3\. switch .*Previewing update.*unchanged/s);
  });

  it("tests a push on the idle color, and aborts it when rejected", async () => {
    await repository.commit("two");
    const { code, output } = await build("release", "no");
    expect(code, output).to.equal(2);
    expect(output).to.match(/paused: approval was not promoted .*the idle color says .*"two"/s);
    expect(output).to.match(/aborted.*Finished: ABORTED/s);
    expect([await users(), await testers()]).to.deep.equal(["v1", "two"]);
    expect(await repository.stack.route()).to.equal("blue:0:off");
  });

  it("releases a push to all users when approved", async () => {
    await repository.commit("three");
    const { code, output } = await build("release");
    expect(code, output).to.equal(0);
    expect([await users(), await testers()]).to.deep.equal(["three", "v1"]);
    expect(await repository.stack.route()).to.equal("green:0:off");
  });

  it("rolls back on demand without asking", async () => {
    const { code, output } = await build("rollback", "no");
    expect(code, output).to.equal(0);
    expect([await users(), await testers()]).to.deep.equal(["v1", "three"]);
  });

  it("updates the idle color to the active version and commits nothing", async () => {
    const { code, output } = await build("sync", "no");
    expect(code, output).to.equal(0);
    expect([await users(), await testers()]).to.deep.equal(["v1", "v1"]);
    expect(await repository.git("status", "--porcelain")).to.equal("");
  });
});
