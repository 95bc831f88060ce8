import { readFileSync, readdirSync } from "node:fs";
import { execFileSync } from "node:child_process";

interface Process {
  readonly id: number;
  readonly parent: number;
  readonly residentPages: number;
}

/** Everything that runs on this machine, from Linux's /proc. */
function processes(): Process[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [parseStat(readFileSync(`/proc/${name}/stat`, "utf8"))];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

/** A line of /proc/PID/stat. The second field is a name in brackets that may hold anything. */
export function parseStat(line: string): Process {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return {
    id: Number.parseInt(line, 10),
    parent: Number(fields[1]),
    residentPages: Number(fields[21]),
  };
}

export function childrenOf(parent: number): number[] {
  return processes()
    .filter((process) => process.parent === parent)
    .map(({ id }) => id);
}

/** Bytes in memory of a process and all that it started; pages that they share count for each. */
export function residentBytes(root: number): number {
  const all = processes();
  const family = new Set([root]);
  // A child may stand before its parent in the list, so it is gone through until nothing is added.
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const { id, parent } of all) if (family.has(parent)) family.add(id);
  }
  const pages = all.filter(({ id }) => family.has(id)).map(({ residentPages }) => residentPages);
  return pages.reduce((sum, size) => sum + size, 0) * pageSize();
}

let knownPageSize: number | undefined;

function pageSize(): number {
  knownPageSize ??= Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" }));
  return knownPageSize;
}
