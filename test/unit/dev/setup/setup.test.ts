import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_STEPS, WORK } from "../../../../dev/setup/allSteps.mjs";
import { SetupError } from "../../../../dev/setup/failure.mjs";
import { withLock } from "../../../../dev/setup/lock.mjs";
import { matches } from "../../../../dev/setup/npmPackages.mjs";
import { parseOptions } from "../../../../dev/setup/options.mjs";
import { hashOf } from "../../../../dev/setup/places.mjs";
import { duration } from "../../../../lib/duration.mjs";
import { Progress } from "../../../../dev/setup/progress.mjs";
import { run } from "../../../../dev/setup/run.mjs";
import { runSteps } from "../../../../dev/setup/steps.mjs";

describe("set-up options", () => {
  const steps = ["npm", "docker"];

  it("accept several steps, in both spellings", () => {
    const { only } = parseOptions(["--only", "npm", "--only=docker"], steps);
    expect(only).to.deep.equal(["npm", "docker"]);
  });

  it("accept a kind of work for the steps it needs, also combined with single steps", () => {
    const work = { demo: ["npm"] };
    expect(parseOptions(["--for", "demo", "--only", "docker"], steps, work).only).to.deep.equal([
      "npm",
      "docker",
    ]);
    expect(() => parseOptions(["--for=toString"], steps, work)).to.throw(
      SetupError,
      /Kinds are demo; got "toString"/,
    );
  });

  it("run every step when none is named", () => {
    expect(parseOptions([], steps).only).to.equal(undefined);
  });

  it("refuse an unknown step and name the known ones", () => {
    expect(() => parseOptions(["--only", "dokcer"], steps)).to.throw(
      SetupError,
      /npm, docker; got "dokcer"/,
    );
    expect(() => parseOptions(["--only"], steps)).to.throw(SetupError, /got nothing/);
    expect(() => parseOptions(["--fast"], steps)).to.throw(SetupError, /unknown option --fast/);
  });
});

describe("the steps for a kind of work", () => {
  const names = DEFAULT_STEPS.map(({ name }) => name);

  it("include a plugin only for the cloud in use", () => {
    const plugins = (work: string) => WORK[work]?.filter((name) => name.endsWith("-plugin"));
    expect(plugins("demo")).to.deep.equal(["command-plugin"]);
    expect(plugins("demo:digitalocean")).to.deep.equal(["command-plugin", "digitalocean-plugin"]);
    expect(plugins("demo:ovh")).to.deep.equal(["command-plugin", "openstack-plugin"]);
  });

  it("include everything for the tests, and only known steps", () => {
    expect(WORK["test"]).to.deep.equal(names);
    for (const [work, wanted] of Object.entries(WORK))
      expect(names, work).to.include.members([...wanted]);
  });
});

describe("steps of set-up", () => {
  const isDone = () => Promise.resolve(false);
  const during = (_title: string, work: () => Promise<string>) => work();
  const quiet = Object.assign(new Progress(false), { during });
  let log: string[];
  beforeEach(() => (log = []));

  const step = (name: string, ms: number, error?: Error) => ({
    ...{ name: `${name}-${process.pid}`, title: name, scope: () => "test", isDone },
    bring: async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (error) throw error;
      log.push(`${name} ends`);
      return name;
    },
  });

  it("run in parallel in two lanes, and in order within one", async () => {
    const lanes = [[step("slow", 300), step("next", 0)], [step("quick", 50)]];
    await runSteps(lanes, quiet);
    expect(log.slice(0, 2).sort()).to.deep.equal(["quick begins", "slow begins"]);
    expect(log.slice(2)).to.deep.equal(["quick ends", "slow ends", "next begins", "next ends"]);
  });

  it("finish when another one fails, and no further ones start", async () => {
    const lanes = [
      [step("slow", 300), step("next", 0)],
      [step("bad", 50, new SetupError("a thing is missing.", "It said no.", "make it"))],
    ];
    const error = await runSteps(lanes, quiet).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect(log).to.include.members(["slow ends"]).and.not.to.include("next begins");
  });
});

describe("installed npm packages", () => {
  const wanted = {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/b": { version: "2.0.0", integrity: "sha512-b", optional: true },
  };

  it("match without the optional packages that npm left out", () => {
    expect(matches(wanted, { "node_modules/a": wanted["node_modules/a"] })).to.equal(true);
  });

  it("do not match when a package is missing or has another version", () => {
    expect(matches(wanted, {})).to.equal(false);
    const other = { "node_modules/a": { version: "1.0.1", integrity: "sha512-c" } };
    expect(matches(wanted, other)).to.equal(false);
  });
});

describe("a set-up error", () => {
  it("says what is missing, why, and what to type", () => {
    const error = new SetupError("a thing is missing.", "It said:\nno", ["make thing", "again"]);
    expect(error.message).to.equal(
      "Set-up stopped: a thing is missing.\n  It said:\n  no\n  Do this:\n    make thing\n    again",
    );
  });
});

describe("elapsed time", () => {
  it("is shown in the unit that fits", () => {
    expect([400, 12_300, 211_000].map(duration)).to.deep.equal(["0.4s", "12s", "3m 31s"]);
  });
});

describe("the digest of sources", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "hash-"))));
  afterEach(() => rm(folder, { recursive: true }));

  it("changes with a file's content and with its name", async () => {
    await writeFile(join(folder, "a"), "1");
    const first = await hashOf([folder]);
    expect(await hashOf([folder])).to.equal(first);
    await writeFile(join(folder, "a"), "2");
    const second = await hashOf([folder]);
    await rm(join(folder, "a"));
    await writeFile(join(folder, "b"), "2");
    expect(new Set([first, second, await hashOf([folder])]).size).to.equal(3);
  });
});

describe("the set-up lock", () => {
  it("admits one process at a time", async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
    };
    const subject = `test ${process.pid}`;
    await Promise.all([withLock(subject, work), withLock(subject, work)]);
    expect(most).to.equal(1);
  });

  it("is released when the work fails", async () => {
    const subject = `test failing ${process.pid}`;
    await withLock(subject, () => Promise.reject(new Error("no"))).catch(() => undefined);
    expect(await withLock(subject, () => Promise.resolve("yes"))).to.equal("yes");
  });
});

describe("a command run by set-up", () => {
  it("is killed with its children when it times out", async () => {
    const start = Date.now();
    const ran = await run("sh", ["-c", "sleep 30 & sleep 30; echo late"], { timeoutMs: 200 });
    expect(ran.ok).to.equal(false);
    expect(ran.problem).to.match(/took longer than 200 ms/);
    expect(Date.now() - start).to.be.lessThan(5000);
  });

  it("is reported as a problem, not an exception, if it does not exist", async () => {
    const ran = await run("no-such-command", []);
    expect(ran.problem).to.match(/could not be started/);
  });
});
