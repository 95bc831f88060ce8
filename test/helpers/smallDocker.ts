import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { eventually } from "./asking.ts";

/** A Docker daemon of its own, on a disk of its own. */
export interface SmallDocker {
  /** Runs a program that finds this Docker, and its containers' ports, as if it were the machine's. */
  run(
    program: string,
    args: readonly string[],
  ): Promise<{ readonly stdout: string; readonly all: string }>;
  /** Copies an image of this machine's Docker. */
  load(tag: string): Promise<void>;
  remove(): Promise<void>;
}

/** A loop-mounted file system, and a network namespace in which the daemon can do what it likes. Needs root. */
export async function startSmallDocker(gigabytes: number): Promise<SmallDocker> {
  const folder = await mkdtemp(join(tmpdir(), "blue-green-disk-"));
  const [disk, data] = [join(folder, "disk"), join(folder, "data")];
  const host = `unix://${join(folder, "docker.sock")}`;
  await execa("mkdir", [data]);
  await execa("truncate", ["--size", `${gigabytes}G`, disk]);
  await execa("mkfs.ext4", ["-qF", disk]);
  await execa("mount", ["-o", "loop", disk, data]);
  const options = [
    ...["--host", host, "--data-root", data],
    ...["--exec-root", join(folder, "exec"), "--pidfile", join(folder, "pid")],
  ];
  const start = 'ip link set lo up && exec dockerd "$@"';
  const daemon = spawn("unshare", ["--net", "sh", "-c", start, "sh", ...options], {
    stdio: "ignore",
  });
  const within = ["--target", String(daemon.pid), "--net"];
  const docker = (...args: readonly string[]) =>
    execa("docker", ["--host", host, ...args], { reject: false });
  const small: SmallDocker = {
    run: (program, args) =>
      execa("nsenter", [...within, program, ...args], {
        env: { DOCKER_HOST: host },
        all: true,
        reject: false,
        stdin: "ignore",
      }),
    async load(tag) {
      const pipe = `docker save "$1" | docker --host "$2" load`;
      await execa("sh", ["-c", pipe, "sh", tag, host]);
    },
    async remove() {
      const ended = new Promise((resolve) => daemon.once("exit", resolve));
      const all = (await docker("ps", "--all", "--quiet")).stdout.split("\n").filter(Boolean);
      if (all.length > 0) await docker("rm", "--force", ...all);
      daemon.kill("SIGTERM");
      await ended;
      await execa("umount", ["--recursive", data]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  const answers = async () => (await docker("info", "--format", "{{.DockerRootDir}}")).stdout;
  await eventually("the small Docker answers", answers, (said) => said === data, 120);
  return small;
}
