import type { StackHost } from "../../components/service/target.ts";
import { exec } from "../../components/machine/exec.ts";
import { machinesOf } from "./containers.ts";

/** The disk on which a host's Docker keeps images and containers. */
export interface DiskSpace {
  readonly host: string;
  readonly folder: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** 0 on a file system that has no limit of files, such as btrfs. */
  readonly totalInodes: number;
  readonly freeInodes: number;
}

const ASK_MS = 20_000;

const DISK = `folder=$(docker info -f '{{.DockerRootDir}}') && echo "$folder" &&
  df -Pk "$folder" | tail -n 1 && df -Pi "$folder" | tail -n 1`;

/** Of each machine that says; Docker in a virtual machine, as on a Mac, has its disk elsewhere. */
export async function diskSpaces(hosts: readonly StackHost[]): Promise<DiskSpace[]> {
  const answers = await Promise.all(
    machinesOf(hosts).map(async ({ name, machine }) => {
      const asked = exec(machine, ["sh", "-c", DISK], { timeoutMs: ASK_MS });
      const stdout = await asked.then(
        ({ code, stdout: said }) => (code === 0 ? said : ""),
        () => "",
      );
      return parseDisk(machine.name === "this machine" ? machine.name : name, stdout);
    }),
  );
  return answers.filter((one) => one !== undefined);
}

/** The folder, then `df -Pk` and `df -Pi` of it: device, total, used, free, share, mount point. */
export function parseDisk(host: string, said: string): DiskSpace | undefined {
  const [folder = "", blocks = "", inodes = ""] = said.split("\n");
  const [, totalKib, , freeKib] = blocks.split(/\s+/).map(Number);
  const [, totalInodes = 0, , freeInodes = 0] = inodes.split(/\s+/).map((one) => Number(one) || 0);
  if (!Number.isFinite(totalKib) || !Number.isFinite(freeKib)) return undefined;
  const [totalBytes, freeBytes] = [Number(totalKib) * 1024, Number(freeKib) * 1024];
  return { host, folder, totalBytes, freeBytes, totalInodes, freeInodes };
}

const SIZES = "{{range .Images}}{{.ID}} {{.UniqueSize}}{{println}}{{end}}";

/**
 * The size of each image's own layers, which no other image on the host has, by id. Empty if Docker does not
 * say in time.
 */
export async function ownSizes({ machine }: StackHost): Promise<ReadonlyMap<string, number>> {
  const command = ["docker", "system", "df", "--verbose", "--format", SIZES];
  const said = await exec(machine, command, { timeoutMs: ASK_MS }).then(
    ({ code, stdout }) => (code === 0 ? stdout : ""),
    () => "",
  );
  const lines = said.split("\n").map((line) => line.split(" "));
  return new Map(lines.map(([id = "", size = ""]) => [id, bytesOf(size)]));
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Docker's `412.5MB`, in bytes; 0 for anything else. */
export function bytesOf(size: string): number {
  const [, number, unit = ""] = /^([\d.]+)([a-zA-Z]+)$/.exec(size) ?? [];
  const power = UNITS.indexOf(unit);
  return number === undefined || power < 0 ? 0 : Math.round(Number(number) * 1000 ** power);
}
