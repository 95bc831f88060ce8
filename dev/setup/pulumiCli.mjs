import process from "node:process";
import { mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import {
  ROOT,
  cliFolder,
  cliPath,
  cliVersion,
  hashOf,
  isExecutable,
  pulumiHome,
  stagingIn,
} from "./places.mjs";
import { run, tail } from "./run.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";

const SOURCE = join(ROOT, "dev", "builds", "pulumi-cli");
const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const DOWNLOAD_MS = 10 * 60_000;
const BUILD_MS = 25 * 60_000;

/** Lies beside a CLI that we built; an official one has no such file. */
const stampPath = () => join(cliFolder(), "built-by-blue-green.json");

/** @type {import("./steps.mjs").Step} */
export const pulumiCli = {
  name: "pulumi",
  title: `Pulumi CLI ${cliVersion()}`,
  scope: pulumiHome,

  async isDone() {
    if (!(await isExecutable(cliPath()))) return false;
    const source = await readStamp(stampPath());
    if (source !== undefined) return source === (await sourceHash());
    // An official CLI comes with its language hosts; without them it is no complete one.
    return isExecutable(join(cliFolder(), "pulumi-language-nodejs"));
  },

  async bring({ note, verbose }) {
    const staging = await stagingIn(join(pulumiHome(), "versions"));
    try {
      const downloaded = await download(staging, verbose);
      if (downloaded.ok) {
        await rm(stampPath(), { force: true });
        await moveInto(join(staging, "bin"), cliFolder());
        return `Pulumi CLI ${cliVersion()} (official)`;
      }
      note("the official Pulumi CLI can't be downloaded here; building it (3 to 4 minutes)");
      await build(join(staging, "bin", "pulumi"), downloaded.problem, verbose);
      await moveInto(join(staging, "bin"), cliFolder());
      await writeStamp(stampPath(), await sourceHash());
      return `Pulumi CLI ${cliVersion()} (built from source)`;
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  },
};

/** True when the CLI in place was built by this step rather than downloaded. */
export async function isBuiltHere() {
  return (await readStamp(stampPath())) !== undefined;
}

function sourceHash() {
  return hashOf([SOURCE]);
}

/**
 * The official way, in a process of its own so that a stuck download can be ended.
 * @param {string} folder
 * @param {boolean} verbose
 */
async function download(folder, verbose) {
  const script = join(ROOT, "dev", "setup", "downloadCli.mjs");
  const ran = await run(process.execPath, [script, cliVersion(), folder], {
    timeoutMs: DOWNLOAD_MS,
    verbose,
  });
  const ok = ran.ok && (await isExecutable(join(folder, "bin", "pulumi")));
  return { ok, problem: ok ? "" : tail(ran.output || ran.problem, 3) };
}

/**
 * @param {string} target
 * @param {string} downloadProblem
 * @param {boolean} verbose
 */
async function build(target, downloadProblem, verbose) {
  const why = `The official download failed: ${downloadProblem}`;
  await checkGo(why);
  const version = `-s -w -X ${VERSION_VARIABLE}=v${cliVersion()}`;
  const args = ["build", "-ldflags", version, "-o", target, PACKAGE];
  const ran = await run("go", args, { cwd: SOURCE, timeoutMs: BUILD_MS, verbose });
  if (ran.ok) return;
  const problem = `${why}\nBuilding it failed too (${ran.problem}):\n${tail(ran.output)}`;
  throw new SetupError(`the Pulumi CLI ${cliVersion()} is missing.`, problem, [
    `cd ${SOURCE} && go build ${PACKAGE}   (shows the whole error)`,
  ]);
}

/** @param {string} why */
async function checkGo(why) {
  const needed = /^go (\S+)/m.exec(await readFile(join(SOURCE, "go.mod"), "utf8"))?.[1] ?? "";
  const ran = await run("go", ["version"], { cwd: ROOT });
  const found = /go(\d+)\.(\d+)/.exec(ran.stdout);
  // From 1.21 on, Go fetches the toolchain that a module asks for.
  if (found && (Number(found[1]) > 1 || Number(found[2]) >= 21)) return;
  const got = found ? `Go here is ${found[1]}.${found[2]}.` : "There is no Go here.";
  throw new SetupError(
    `the Pulumi CLI ${cliVersion()} is missing.`,
    `${why}\nIt can be built from source with Go ${needed} or newer. ${got}`,
    [
      "either let this machine reach the internet, or install Go (https://go.dev/dl)",
      "then: npm run setup",
    ],
  );
}

/**
 * Moves files one by one, the CLI last, so that a running CLI is never without what belongs to it.
 * @param {string} from
 * @param {string} to
 */
async function moveInto(from, to) {
  await mkdir(to, { recursive: true });
  const names = (await readdir(from)).sort((left) => (left === "pulumi" ? 1 : -1));
  for (const name of names) await rename(join(from, name), join(to, name));
}
