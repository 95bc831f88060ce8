import { expect } from "chai";
import { askApp, expectNoFailure, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CommentApi } from "../../../dev/pipelines/commentApi.ts";
import { runPipeline } from "../../../dev/pipelines/gitlabRunner.ts";
import { LOGIN, PASSPHRASE, PipelineRepository } from "../../helpers/pipelineRepository.ts";

const TOKEN = "glpat-hidden-4711";
const RATE = { ratePerSecond: 20 };

describe("the pipeline for GitLab CI", () => {
  let repository: PipelineRepository;
  let api: CommentApi;

  before(async () => {
    repository = await PipelineRepository.create(["gitlab-ci.yml", ".gitlab-ci.yml"]);
    api = await CommentApi.start(TOKEN);
  });
  afterEach(stopUsers);
  after(async () => {
    await api?.stop();
    await repository?.remove();
  });

  /** Runs with the variables that the file's first lines name; prints no secret. */
  async function run(more: Readonly<Record<string, string>>, ...jobs: readonly string[]) {
    const variables = {
      STACK: repository.stack.name,
      IMAGE_NAME: repository.image,
      REGISTRY_USER: LOGIN.user,
      REGISTRY_PASSWORD: LOGIN.password,
      GITLAB_TOKEN: TOKEN,
      RUNNER_TAG: "docker",
      ...repository.environment,
      ...more,
    };
    const { code, output } = await runPipeline(repository, variables, ...jobs);
    expect(code, output).to.equal(0);
    for (const secret of [LOGIN.password, PASSPHRASE, TOKEN]) expect(output).not.to.include(secret);
    return output;
  }

  const users = async () => (await askApp(repository.stack.url)).version;
  const testers = async () => (await askApp(repository.stack.previewUrl)).version;

  it("previews a merge request in one comment, which the next push updates", async () => {
    const request = {
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_API_V4_URL: `${api.url}/api/v4`,
      CI_PROJECT_ID: "42",
      CI_MERGE_REQUEST_IID: "7",
    };
    await repository.commit("p1");
    await run(request, "preview");
    const commit = await repository.commit("p2");
    await run(request, "preview");
    expect(api.comments).to.have.length(1);
    const [{ body = "" } = {}] = api.comments;
    expect(body).to.include(`${repository.image}:${commit}`);
    expect(body).to.match(/1\. deploy .*2\. approval .*3\. switch .*Previewing update.*unchanged/s);
  });

  it("deploys a push to the idle color, tests it there, and waits", async () => {
    const load = startUsers(repository.stack.url, RATE);
    await repository.commit("two");
    const output = await run({});
    expectNoFailure(await load.stop(), 100);
    expect(output).to.match(/the idle color says .*"two"/);
    expect(output).to.match(/release +finished in .* WARN 5/);
    expect(await users()).to.equal("v1");
    expect(await testers()).to.equal("two");
  });

  it("releases it to all users when promoted, without a failed request", async () => {
    const load = startUsers(repository.stack.url, RATE);
    await run({}, "promote");
    expectNoFailure(await load.stop(), 100);
    expect(await users()).to.equal("two");
    expect(await repository.stack.route()).to.equal("green:0:off");
  });

  it("rolls back on demand, without a failed request", async () => {
    const load = startUsers(repository.stack.url, RATE);
    await run({}, "rollback");
    expectNoFailure(await load.stop(), 50);
    expect(await users()).to.equal("v1");
    expect(await testers()).to.equal("two");
  });
});
