import { createHash } from "node:crypto";

export interface Flavor {
  readonly id: string;
  readonly name: string;
  /** MB. */
  readonly ram: number;
  readonly vcpus: number;
  /** GB. */
  readonly disk: number;
}

export interface Image {
  readonly id: string;
  readonly name: string;
  /** GB. */
  readonly minDisk: number;
}

/** Name, memory in MB, CPUs, disk in GB: some of OVH's. */
const FIGURES: readonly (readonly [string, number, number, number])[] = [
  ["d2-2", 2000, 1, 25],
  ["d2-4", 4000, 2, 50],
  ["b3-8", 8000, 2, 50],
  ["b3-16", 16000, 4, 100],
  ["c3-4", 4000, 2, 50],
];

export const FLAVORS: readonly Flavor[] = FIGURES.map(([name, ram, vcpus, disk]) => ({
  ...{ id: idOf(`flavor ${name}`), name, ram, vcpus, disk },
}));

/** OVH's names. */
export const IMAGES: readonly Image[] = ["Debian 12", "Debian 13", "Ubuntu 24.04", "Rocky 9"].map(
  (name) => ({ id: idOf(`image ${name}`), name, minDisk: 0 }),
);

/** The same at every start, as a cloud's are for years. */
function idOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    `a${hex.slice(15, 18)}`,
  ];
  return `${parts.join("-")}-${hex.slice(18, 30)}`;
}
