import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "../../../../dev/setup/failure.mjs";
import { withLock } from "../../../../dev/setup/lock.mjs";
import { matches } from "../../../../dev/setup/npmPackages.mjs";
import { parseOptions } from "../../../../dev/setup/options.mjs";
import { hashOf } from "../../../../dev/setup/places.mjs";
import { duration } from "../../../../lib/duration.mjs";
import { run } from "../../../../dev/setup/run.mjs";

describe("set-up options", () => {
  const steps = ["npm", "docker"];

  it("take several steps, in both spellings", () => {
    const { only } = parseOptions(["--only", "npm", "--only=docker"], steps);
    expect(only).to.deep.equal(["npm", "docker"]);
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

describe("installed npm packages", () => {
  const wanted = {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/b": { version: "2.0.0", integrity: "sha512-b", optional: true },
  };

  it("match without what npm left out as optional", () => {
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
  it("lets one work at a time", async () => {
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

  it("is free again after work that failed", async () => {
    const subject = `test failing ${process.pid}`;
    await withLock(subject, () => Promise.reject(new Error("no"))).catch(() => undefined);
    expect(await withLock(subject, () => Promise.resolve("yes"))).to.equal("yes");
  });
});

describe("a command run by set-up", () => {
  it("is ended with its children when it takes too long", async () => {
    const start = Date.now();
    const ran = await run("sh", ["-c", "sleep 30 & sleep 30; echo late"], { timeoutMs: 200 });
    expect(ran.ok).to.equal(false);
    expect(ran.problem).to.match(/took longer than 200 ms/);
    expect(Date.now() - start).to.be.lessThan(5000);
  });

  it("that does not exist is a problem, not an exception", async () => {
    const ran = await run("no-such-command", []);
    expect(ran.problem).to.match(/could not be started/);
  });
});
