import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";
import { CommentApi } from "../../../dev/pipelines/commentApi.ts";

const PROGRAM = fileURLToPath(new URL("../../../pipelines/comment.mjs", import.meta.url));
const TOKEN = "token-4711";

describe("the comment with the preview", () => {
  let api: CommentApi;
  let folder: string;

  beforeEach(async () => {
    api = await CommentApi.start(TOKEN);
    folder = await mkdtemp(join(tmpdir(), "blue-green-comment-"));
  });
  afterEach(async () => {
    await api.stop();
    await rm(folder, { recursive: true });
  });

  /** What the platforms set for their jobs. */
  const platforms = {
    "GitHub Actions": () => ({
      GITHUB_API_URL: api.url,
      GITHUB_REPOSITORY: "acme/shop",
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_TOKEN: TOKEN,
    }),
    "GitLab CI": () => ({
      CI_API_V4_URL: `${api.url}/api/v4`,
      CI_PROJECT_ID: "42",
      CI_MERGE_REQUEST_IID: "7",
      GITLAB_TOKEN: TOKEN,
    }),
    "Jenkins, of a pull request": () => ({
      CHANGE_URL: `${api.url}/acme/shop/pull/7`,
      GITHUB_TOKEN: TOKEN,
    }),
    "Jenkins, of a merge request": () => ({
      CHANGE_URL: `${api.url}/acme/shop/-/merge_requests/7`,
      GITLAB_TOKEN: TOKEN,
    }),
  };

  async function comment(text: string, env: Readonly<Record<string, string>>) {
    const file = join(folder, "preview.md");
    await writeFile(file, text);
    return await execa(process.execPath, [PROGRAM, file], {
      env: { PATH: process.env["PATH"] ?? "", PULUMI_STACK: "prod", ...env },
      extendEnv: false,
      reject: false,
      all: true,
    });
  }

  for (const [platform, env] of Object.entries(platforms)) {
    it(`is posted once and updated by the next preview: ${platform}`, async () => {
      const others = Array.from({ length: 130 }, (_, at) => ({ id: at + 1, body: `remark ${at}` }));
      api.comments = [...others];
      expect(await comment("first", env())).to.include({ exitCode: 0 });
      expect(api.comments).to.have.length(131);
      const { exitCode, all } = await comment("second", env());
      expect(exitCode, all).to.equal(0);
      expect(api.comments.slice(0, 130)).to.deep.equal(others);
      expect(api.comments.slice(130).map(({ body }) => body)).to.deep.equal([
        "<!-- bluegreen prod -->\nsecond",
      ]);
    });
  }

  it("is separate for another stack", async () => {
    const env = platforms["GitLab CI"]();
    await comment("prod", env);
    await comment("staging", { ...env, PULUMI_STACK: "staging" });
    expect(api.comments).to.have.length(2);
  });

  it("reports an API error without the token", async () => {
    const env = { ...platforms["GitHub Actions"](), GITHUB_TOKEN: "token-wrong" };
    const { exitCode, all } = await comment("text", env);
    expect(exitCode).to.equal(1);
    expect(all).to.match(/Could not post the preview: GET http.*: 401 .*Bad credentials/);
    expect(all).not.to.include("token-wrong");
  });

  it("requires a pull or merge request, and a token", async () => {
    expect((await comment("text", {})).all).to.include("run this in a job of one");
    const without = { ...platforms["GitLab CI"](), GITLAB_TOKEN: "" };
    expect((await comment("text", without)).all).to.include("GITLAB_TOKEN: must be a token");
  });
});
