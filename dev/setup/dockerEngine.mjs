import process from "node:process";
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { canInstall, install } from "./apt.mjs";
import { SetupError } from "./failure.mjs";
import { isExecutable } from "./places.mjs";
import { run, tail } from "./run.mjs";

const LOG = "/var/log/blue-green-dockerd.log";
const ANSWER_MS = 20_000;
const START_MS = 60_000;
const RETRY = "npm run setup";
/** The engine needs iptables for published ports; certificates let it reach registries. */
const PACKAGES = ["docker.io", "iptables", "ca-certificates"];

/** @type {import("./steps.mjs").Step} */
export const dockerEngine = {
  name: "docker",
  title: "Docker engine",
  scope: () => "machine",

  isDone: async () => (await engineProblem()) === "",

  async bring({ verbose }) {
    const problem = await engineProblem();
    await checkReachable(problem);
    if (process.platform !== "linux") throw startDesktop(problem);
    if (process.getuid?.() !== 0) throw askRoot(problem);
    let done = "started";
    if (!(await hasEngine()) || !(await hasClient())) {
      await installPackages(problem, verbose);
      done = "installed";
    }
    if ((await engineProblem()) !== "") await start();
    return `Docker engine (${done})`;
  },
};

/** What `docker info` complains about; empty when an engine answers. */
async function engineProblem() {
  const format = "{{.ServerVersion}} {{json .ServerErrors}}";
  const ran = await run("docker", ["info", "--format", format], { timeoutMs: ANSWER_MS });
  const hasVersion = /^\d/.test(ran.stdout);
  return ran.ok && hasVersion ? "" : tail(ran.output, 5) || ran.problem;
}

/**
 * An engine that the user has chosen, or one that refuses us, is not ours to start.
 * @param {string} problem
 */
async function checkReachable(problem) {
  const shown = await run("docker", ["context", "show"]);
  // Clients before 23 don't know this question.
  const context = shown.ok ? shown.stdout.trim() : "default";
  const chosen = process.env["DOCKER_HOST"] || (context === "default" ? "" : context);
  if (chosen && process.platform === "linux") {
    throw new SetupError("the Docker engine does not answer.", problem, [
      `start the engine that is chosen: ${chosen}`,
      "or take this machine's own: unset DOCKER_HOST DOCKER_CONTEXT; docker context use default",
      RETRY,
    ]);
  }
  if (/permission denied/i.test(problem)) {
    throw new SetupError("this user may not use the Docker engine.", problem, [
      'sudo usermod -aG docker "$USER"',
      "log out and in again",
      RETRY,
    ]);
  }
}

/** @param {string} problem */
function startDesktop(problem) {
  return new SetupError("a Docker engine is missing.", problem, [
    "install and start Docker Desktop (https://docs.docker.com/get-docker)",
    RETRY,
  ]);
}

/** @param {string} problem */
function askRoot(problem) {
  return new SetupError("a Docker engine is missing, and only root can start one.", problem, [
    "sudo systemctl start docker",
    "or, where it is not installed: sudo apt-get install docker.io iptables",
    'sudo usermod -aG docker "$USER"   (then log out and in again)',
    RETRY,
  ]);
}

const hasEngine = async () => (await run("dockerd", ["--version"])).ok;
const hasClient = async () => (await run("docker", ["--version"])).ok;

/**
 * @param {string} problem
 * @param {boolean} verbose
 */
async function installPackages(problem, verbose) {
  const manual = [`apt-get update && apt-get install ${PACKAGES.join(" ")}`, RETRY];
  if (!(await canInstall())) {
    const remedy = ["install Docker Engine (https://docs.docker.com/engine/install)", RETRY];
    throw new SetupError("a Docker engine is missing.", problem, remedy);
  }
  const failure = await install(PACKAGES, verbose);
  if (failure) throw new SetupError("a Docker engine could not be installed.", failure, manual);
}

async function start() {
  const problem = (await isSystemd()) ? await startService() : await startByHand();
  const deadline = Date.now() + START_MS;
  while ((await engineProblem()) !== "") {
    if (Date.now() > deadline) throw await notStarted(problem);
    await sleep(300);
  }
}

async function isSystemd() {
  return (await readFile("/proc/1/comm", "utf8")).trim() === "systemd";
}

async function startService() {
  const ran = await run("systemctl", ["enable", "--now", "docker"], { timeoutMs: START_MS });
  return ran.output;
}

/** Without a service manager the engine becomes a process of its own, which outlives us. */
async function startByHand() {
  await dropStalePid("/var/run/docker.pid", "dockerd");
  await dropStalePid("/var/run/docker/containerd/containerd.pid", "containerd");
  const log = openSync(LOG, "a", 0o640);
  const engine = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log], cwd: "/" });
  engine.on("error", () => undefined);
  engine.unref();
  return "";
}

/**
 * An engine that was killed leaves the number of its process; where another process has it by now,
 * a new engine would take that for the old one and give up.
 * @param {string} file
 * @param {string} program
 */
async function dropStalePid(file, program) {
  const pid = (await readFile(file, "utf8").catch(() => "")).trim();
  if (pid === "") return;
  const running = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  if (running.trim() !== program) await rm(file, { force: true });
}

/** @param {string} problem what the service manager said; empty when there is none */
async function notStarted(problem) {
  const log = problem || (await readFile(LOG, "utf8").catch(() => "no log"));
  const byHand = (await isExecutable("/usr/bin/systemctl")) && problem;
  const look = byHand ? "journalctl -u docker" : `less ${LOG}`;
  const why = `It did not answer within ${START_MS / 1000} s:\n${tail(log)}`;
  return new SetupError("the Docker engine does not start.", why, [look, RETRY]);
}
