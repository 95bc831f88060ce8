import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { gateChecks, gateProgram } from "../../../../components/service/gateProgram.ts";
import { Secrets } from "../../../../lib/secrets.ts";
import type { SmokeCheck } from "../../../../settings/types.ts";

const app = { healthHost: "localhost", healthHeaders: {} };
const health = { timeoutSeconds: 1, intervalSeconds: 1 };
const check = (more: Partial<SmokeCheck> = {}): SmokeCheck => ({
  path: "/health",
  status: 200,
  contains: "",
  json: {},
  headers: {},
  ...more,
});
const hosts = [
  { name: "green-1", address: "10.0.0.1:8000", container: "c-green-1" },
  { name: "green-2", address: "10.0.0.2:8000", container: "c-green-2" },
];

/** Runs the program with a fake curl and records its arguments. */
async function runWith(curl: string, program: string): Promise<{ code: number; out: string }> {
  const folder = await mkdtemp(join(tmpdir(), "gate-"));
  try {
    await writeFile(join(folder, "curl"), `#!/bin/sh\n${curl}\n`);
    await chmod(join(folder, "curl"), 0o755);
    return await new Promise((resolve) => {
      const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
      const child = execFile("/bin/sh", ["-c", 'eval "$(cat)"'], { env }, (error, stdout) =>
        resolve({ code: Number(error?.code ?? 0), out: stdout }),
      );
      child.stdin?.end(program);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A curl that writes a body to its --output file and prints a status. */
const answering = (status: string, body: string) =>
  `while [ "$1" != --output ]; do shift; done; printf '%s' '${body}' >"$2"; printf %s ${status}`;

describe("the gate's program", () => {
  it("passes when every host answers every check", async () => {
    const { code, out } = await runWith(
      answering("200", "ok"),
      gateProgram({ hosts, checks: [check()], app, health }),
    );
    expect({ code, out }).to.deep.equal({ code: 0, out: "" });
  });

  it("reports host, check, expected and actual result for each host that fails", async () => {
    const { code, out } = await runWith(
      answering("503", "sick"),
      gateProgram({ hosts, checks: [check()], app, health }),
    );
    expect(code).to.equal(1);
    expect(out.trim().split("\n").sort()).to.deep.equal([
      "green-1|c-green-1|check GET /health: expected status 200, got status 503: sick",
      "green-2|c-green-2|check GET /health: expected status 200, got status 503: sick",
    ]);
  });

  it("reports a body without the text, and a host without an answer", async () => {
    const one = hosts.slice(0, 1);
    const wanted = check({ path: "/", contains: 'it\'s "v2"' });
    const wrong = await runWith(
      answering("200", "v1"),
      gateProgram({ hosts: one, checks: [check(), wanted], app, health }),
    );
    expect(wrong.out.trim()).to.equal(
      'green-1|c-green-1|check GET /: expected a body containing "it\'s "v2"", got: v1',
    );
    const dead = "echo 'curl: (7) refused' >&2; printf 000; exit 7";
    const silent = await runWith(dead, gateProgram({ hosts: one, checks: [check()], app, health }));
    expect(silent.out.trim()).to.match(
      /^green-1\|c-green-1\|check GET \/health: expected status 200, got no answer: .*refused/,
    );
  });

  it("requires three successes in a row from a host", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gate-count-"));
    // Every third answer is wrong, so there are never three right ones in a row.
    const flaky = `echo x >>${folder}/n; if [ $(($(wc -l <${folder}/n) % 3)) = 0 ]; then ${answering("500", "")}; else ${answering("200", "")}; fi`;
    const { code } = await runWith(
      flaky,
      gateProgram({ hosts: hosts.slice(0, 1), checks: [check()], app, health }),
    );
    await rm(folder, { recursive: true });
    expect(code).to.equal(1);
  });

  it("checks the health path first, and once, whatever the smoke checks are", () => {
    const root = check({ path: "/" });
    expect(gateChecks("/health", [root])).to.deep.equal([check(), root]);
    expect(gateChecks("/health", [root, check()])).to.deep.equal([check(), root]);
  });

  it("sends the headers of a check", async () => {
    const seesHeader = `case "$(cat)" in *"header = \\"X-A: it's b\\""*) ${answering("200", "")} ;; *) ${answering("400", "")} ;; esac`;
    const checks = [check({ headers: { "X-A": "it's b" } })];
    expect((await runWith(seesHeader, gateProgram({ hosts, checks, app, health }))).code).to.equal(
      0,
    );
  });

  it("asks as the app wants it, and lets a check ask otherwise", async () => {
    const asked = { healthHost: "shop.test", healthHeaders: { "X-Forwarded-Proto": "https" } };
    const sees = (lines: string) =>
      `[ "$(grep ^header | sort | tr '\\n' '|')" = '${lines}' ] && { ${answering("200", "")}; exit; }; exit 9`;
    const both = 'header = "Host: shop.test"|header = "X-Forwarded-Proto: https"|';
    const run = (curl: string, checks: SmokeCheck[]) =>
      runWith(curl, gateProgram({ hosts, checks, app: asked, health }));
    expect((await run(sees(both), [check()])).code).to.equal(0);
    const own = check({ headers: { host: "other.test", "x-forwarded-proto": "http" } });
    const others = 'header = "host: other.test"|header = "x-forwarded-proto: http"|';
    expect((await run(sees(others), [own])).code).to.equal(0);
  });

  it("names the setting when the app refuses the host or redirects to HTTPS", async () => {
    const one = hosts.slice(0, 1);
    const run = (status: string) =>
      runWith(answering(status, ""), gateProgram({ hosts: one, checks: [check()], app, health }));
    expect((await run("400")).out).to.contain(
      "got status 400: . It was asked as Host: localhost; if the app allows other hosts only, set " +
        "app.healthHost to one of them",
    );
    expect((await run("'301 https://localhost/health'")).out).to.contain(
      "got status 301: . It redirects to https://localhost/health; if the app wants HTTPS, tell it that the " +
        "request came by HTTPS: pulumi config set --path app.healthHeaders.X-Forwarded-Proto https",
    );
  });

  it("compares values in the JSON of the answer, and names path, expected and actual value", async () => {
    const body = '{"database":"ok","n":3,"ready":true,"checks":[{"state":"down","x":null}]}';
    const run = (json: SmokeCheck["json"], answer = body, secrets?: Secrets) =>
      runWith(
        answering("200", answer),
        gateProgram({
          ...{ hosts: hosts.slice(0, 1), checks: [check({ json })], app, health },
          ...(secrets && { secrets }),
        }),
      );
    const right = { database: "ok", "$.n": "3", ready: "true", "checks[0].state": "down" };
    expect(await run(right)).to.deep.equal({ code: 0, out: "" });
    expect(await run({ n: "3.0" })).to.deep.equal({ code: 0, out: "" });
    const said = async (...args: Parameters<typeof run>) => (await run(...args)).out.trim();
    const start = "green-1|c-green-1|check GET /health: expected ";
    expect(await said({ database: "ok", "checks[0].state": "up" })).to.equal(
      `${start}checks[0].state to be "up" in the JSON, got "down"`,
    );
    expect(await said({ "database.state": "it's" })).to.equal(
      `${start}database.state to be "it's" in the JSON, got nothing`,
    );
    expect(await said({ ready: "false" })).to.equal(
      `${start}ready to be "false" in the JSON, got true`,
    );
    for (const other of ["", "<html>", "{} {}"]) {
      expect(await said({ a: "b" }, other)).to.equal(`${start}JSON, got: ${other}`.trim());
    }
    const secrets = new Secrets(["hunter2-hunter2"]);
    expect(await said({ database: "hunter2-hunter2" }, body, secrets)).to.equal(
      `${start}database to be "[secret]" in the JSON, got "ok"`,
    );
  });

  it("shows no secret of a check, in its command lines or its messages", async () => {
    const secret = `hunter2-'"\\ $(id) *`;
    const settings = {
      path: `/hunter2-*?[a]`,
      contains: `-${secret}`,
      headers: { Authorization: secret },
    };
    const secrets = new Secrets([settings.path, settings.contains, secret]);
    const { out } = await runWith(
      `case "$*" in *hunter2*) exit 9 ;; esac; cat >/dev/null; ${answering("200", "")}`,
      gateProgram({ hosts: hosts.slice(0, 1), checks: [check(settings)], app, health, secrets }),
    );
    expect(out).to.equal(
      'green-1|c-green-1|check GET [secret]: expected a body containing "[secret]", got: \n',
    );
  });

  it("passes a path, headers and a text to curl and grep as they are", async () => {
    const settings = { path: "/a*?[1-2]{x}", contains: "-e a'b", headers: { "X-A": `-v "\\` } };
    const { code, out } = await runWith(
      `cat >/tmp/gate-config-$$; grep -qxF 'url = "http://10.0.0.1:8000/a*?[1-2]{x}"' /tmp/gate-config-$$ &&
grep -qxF 'header = "X-A: -v \\"\\\\"' /tmp/gate-config-$$ || exit 3; rm /tmp/gate-config-$$
${answering("200", "<-e a'\\''b>")}`,
      gateProgram({ hosts: hosts.slice(0, 1), checks: [check(settings)], app, health }),
    );
    expect({ code, out }).to.deep.equal({ code: 0, out: "" });
  });
});
