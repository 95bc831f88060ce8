import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { askApp, expectNoFailure, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CommentApi } from "../../../dev/pipelines/commentApi.ts";
import { type Run, runWorkflow } from "../../../dev/pipelines/githubRunner.ts";
import { PipelineRepository } from "../../helpers/pipelineRepository.ts";

const TOKEN = "ghs-hidden-4711";
const RATE = { ratePerSecond: 20 };

describe("the pipeline for GitHub Actions", () => {
  let repository: PipelineRepository;
  let certificates: string;
  let api: CommentApi;

  before(async () => {
    repository = await PipelineRepository.create([
      "github-actions.yml",
      ".github/workflows/release.yml",
    ]);
    certificates = await mkdtemp(join(tmpdir(), "blue-green-certificates-"));
    const [key, cert] = [join(certificates, "key.pem"), join(certificates, "cert.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const options = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"];
    await execa("openssl", ["req", "-x509", ...options, ...names]);
    api = await CommentApi.start(TOKEN, {
      key: await readFile(key, "utf8"),
      cert: await readFile(cert, "utf8"),
    });
  });
  afterEach(stopUsers);
  after(async () => {
    await api?.stop();
    if (certificates) await rm(certificates, { recursive: true });
    await repository?.remove();
  });

  async function run(what: Pick<Run, "event" | "job" | "payload">): Promise<string> {
    const { code, output } = await runWorkflow(repository, {
      ...what,
      secrets: { GITHUB_TOKEN: TOKEN },
      environment: { NODE_EXTRA_CA_CERTS: join(certificates, "cert.pem") },
      server: api.url.replace("https://", ""),
    });
    expect(code, output).to.equal(0);
    expect(output).to.include("Job succeeded");
    return output;
  }

  const manualCommands = (action: string, job = "by-hand") =>
    run({ event: "workflow_dispatch", job, payload: { inputs: { action } } });

  const users = async () => (await askApp(repository.stack.url)).version;
  const testers = async () => (await askApp(repository.stack.previewUrl)).version;

  it("previews a pull request in a comment, and releases nothing", async () => {
    const repo = { full_name: "acme/shop" };
    const change = { number: 7, head: { ref: "new", repo }, base: { ref: "main", repo } };
    const commit = await repository.commit("p1");
    await run({ event: "pull_request", payload: { number: 7, pull_request: change } });
    expect(api.comments).to.have.length(1);
    const [{ body = "" } = {}] = api.comments;
    expect(body).to.include(`${repository.image}:${commit}`);
    expect(body).to.match(/1\. deploy .*2\. approval .*3\. switch .*Previewing update.*unchanged/s);
    expect(await users()).to.equal("v1");
  });

  it("deploys a push to the idle color, tests it there, waits, and is promoted", async () => {
    const load = startUsers(repository.stack.url, RATE);
    await repository.commit("two");
    const output = await run({ event: "push" });
    expectNoFailure(await load.stop(), 100);
    expect(output).to.match(/paused: approval was not promoted .*the idle color says .*"two"/s);
    expect(await users()).to.equal("two");
    expect(await repository.stack.route()).to.equal("green:0:off");
  });

  it("rolls back on demand, without a failed request", async () => {
    const load = startUsers(repository.stack.url, RATE);
    await manualCommands("rollback");
    expectNoFailure(await load.stop(), 100);
    expect(await users()).to.equal("v1");
    expect(await testers()).to.equal("two");
  });

  it("updates the idle color to the active version and commits nothing", async () => {
    await manualCommands("sync", "after");
    expect(await testers()).to.equal("v1");
    expect(await users()).to.equal("v1");
    expect(await repository.git("status", "--porcelain")).to.equal("");
  });
});
