import { expect } from "chai";
import { Spaces } from "../../../dev/emulators/spaces/spaces.ts";
import {
  askApp,
  eventually,
  expectNoFailure,
  pause,
  startUsers,
  stopUsers,
} from "../../helpers/asking.ts";
import { lastRelease } from "../../helpers/bluegreen.ts";
import { type Run, runWorkflow } from "../../../dev/pipelines/githubRunner.ts";
import { TESTED_APP } from "../../helpers/images.ts";
import { PipelineRepository } from "../../helpers/pipelineRepository.ts";

const BUCKET = { region: "fra1", bucket: "shop-state" };
const RATE = { ratePerSecond: 20 };

describe("the pipeline for GitHub Actions, with its state in a bucket", () => {
  let spaces: Spaces;
  let repository: PipelineRepository;

  before(async () => {
    spaces = await Spaces.start(BUCKET);
    const from = ["github-actions.yml", ".github/workflows/release.yml"] as const;
    repository = await PipelineRepository.create(from, {
      state: { ...spaces.environment, PULUMI_BACKEND_URL: spaces.url(BUCKET) },
      config: { blue: { image: `${TESTED_APP}:v1`, count: 2 } },
    });
  });
  afterEach(stopUsers);
  after(async () => {
    try {
      await repository?.remove();
    } finally {
      await spaces?.remove();
    }
  });

  async function run(what: Run): Promise<string> {
    const { code, output } = await runWorkflow(repository, what);
    expect(code, output).to.equal(0);
    expect(output).to.include("Job succeeded");
    return output;
  }

  const manualCommands = (action: string, job = "by-hand") =>
    run({ event: "workflow_dispatch", job, payload: { inputs: { action } } });

  /** Kills the runner during the release's first `pulumi up`. */
  async function killRelease(): Promise<void> {
    const killer = new AbortController();
    const running = runWorkflow(repository, { event: "push", job: "release", kill: killer.signal });
    await eventually("the state is locked", locks, (all) => all.length > 0, 240);
    await pause(2000);
    killer.abort();
    const { code, output } = await running;
    expect(code, output).to.equal(-1);
    expect(output).not.to.include("deployed");
  }

  const locks = () => spaces.objects(BUCKET.bucket, ".pulumi/locks/");
  const users = async () => (await askApp(repository.stack.url)).version;

  it("aborts a waiting release on demand", async () => {
    const load = startUsers(repository.stack.url, RATE);
    await repository.commit("two");
    const said = await run({ event: "push", job: "test" });
    expect(said).to.match(/paused: approval was not promoted .*the idle color says .*"two"/s);
    await manualCommands("abort");
    expectNoFailure(await load.stop(), 100);
    expect(await users()).to.equal("v1");
    expect((await lastRelease(repository.stack)).outcome).to.equal("aborted");
    expect(await locks()).to.deep.equal([]);
  });

  it("resumes on demand after its runner was killed", async () => {
    const load = startUsers(repository.stack.url, RATE);
    await repository.commit("three");
    await killRelease();
    expect(await locks()).to.have.length(1);
    expect(await manualCommands("resume")).to.include("paused: approval was not promoted");
    expect(await users()).to.equal("v1");
    await manualCommands("promote");
    expectNoFailure(await load.stop(), 100);
    expect(await users()).to.equal("three");
    expect(await repository.stack.route()).to.equal("green:0:off");
    expect(await locks()).to.deep.equal([]);
  });

  it("shrinks the old color on demand", async () => {
    await repository.configure("release.keepWarmMinutes", "0");
    expect(Object.keys(await repository.stack.containers("blue"))).to.have.length(2);
    const load = startUsers(repository.stack.url, RATE);
    await manualCommands("retire", "after");
    expectNoFailure(await load.stop(), 50);
    expect(Object.keys(await repository.stack.containers("blue"))).to.have.length(1);
    expect(Object.keys(await repository.stack.containers("green"))).to.have.length(2);
    expect(await users()).to.equal("three");
  });
});
