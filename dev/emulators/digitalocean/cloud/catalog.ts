export interface Region {
  readonly slug: string;
  readonly name: string;
  readonly features: readonly string[];
  readonly available: boolean;
  readonly sizes: readonly string[];
}

export interface Size {
  readonly slug: string;
  readonly memory: number;
  readonly vcpus: number;
  readonly disk: number;
  readonly transfer: number;
  readonly price_monthly: number;
  readonly price_hourly: number;
  readonly regions: readonly string[];
  readonly available: boolean;
  readonly description: string;
}

export interface Image {
  readonly id: number;
  readonly name: string;
  readonly distribution: string;
  readonly slug: string;
  readonly type: "base";
  readonly public: true;
  readonly regions: readonly string[];
  readonly created_at: string;
  readonly min_disk_size: number;
  readonly size_gigabytes: number;
  readonly description: string;
  readonly tags: readonly string[];
  readonly status: "available";
}

const FEATURES = ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"];

const REGION_NAMES: Readonly<Record<string, string>> = {
  nyc1: "New York 1",
  nyc3: "New York 3",
  ams3: "Amsterdam 3",
  sfo3: "San Francisco 3",
  sgp1: "Singapore 1",
  lon1: "London 1",
  fra1: "Frankfurt 1",
  tor1: "Toronto 1",
  blr1: "Bangalore 1",
  syd1: "Sydney 1",
};

/** Closed for new droplets, as the vendor's older data centers are. */
const CLOSED = { slug: "nyc2", name: "New York 2" };

const EVERYWHERE = Object.keys(REGION_NAMES);
const GENERAL_PURPOSE = ["nyc1", "nyc3", "ams3", "fra1"];

/** Slug, memory in MB, CPUs, disk in GB, transfer in TB, dollars a month, dollars an hour. */
const BASIC_SIZES: readonly (readonly [string, ...number[]])[] = [
  ["s-1vcpu-512mb-10gb", 512, 1, 10, 0.5, 4, 0.00595],
  ["s-1vcpu-1gb", 1024, 1, 25, 1, 6, 0.00893],
  ["s-1vcpu-2gb", 2048, 1, 50, 2, 12, 0.01786],
  ["s-2vcpu-2gb", 2048, 2, 60, 3, 18, 0.02679],
  ["s-2vcpu-4gb", 4096, 2, 80, 4, 24, 0.03571],
  ["s-4vcpu-8gb", 8192, 4, 160, 5, 48, 0.07143],
];

export const SIZES: readonly Size[] = [
  ...BASIC_SIZES.map((figures) => size(figures, EVERYWHERE, "Basic")),
  size(["g-2vcpu-8gb", 8192, 2, 25, 4, 63, 0.09375], GENERAL_PURPOSE, "General Purpose"),
];

export const REGIONS: readonly Region[] = [
  ...Object.entries(REGION_NAMES).map(([slug, name]) => ({
    slug,
    name,
    features: FEATURES,
    available: true,
    sizes: SIZES.filter(({ regions }) => regions.includes(slug)).map((it) => it.slug),
  })),
  { ...CLOSED, features: FEATURES, available: false, sizes: [] },
];

export const IMAGES: readonly Image[] = [
  image(136870001, "debian-12-x64", "Debian", "12 x64"),
  image(136870002, "debian-13-x64", "Debian", "13 x64"),
  image(136870003, "ubuntu-24-04-x64", "Ubuntu", "24.04 (LTS) x64"),
  image(136870004, "rockylinux-9-x64", "Rocky Linux", "9 x64"),
];

function size(
  [slug, memory, vcpus, disk, transfer, price_monthly, price_hourly]: readonly [
    string,
    ...number[],
  ],
  regions: readonly string[],
  description: string,
): Size {
  const figures = { memory, vcpus, disk, transfer, price_monthly, price_hourly };
  return { slug, ...(figures as Omit<Size, "slug">), regions, available: true, description };
}

function image(id: number, slug: string, distribution: string, name: string): Image {
  return {
    ...{ id, slug, distribution, name, type: "base", public: true, regions: EVERYWHERE },
    ...{ created_at: "2026-01-15T16:02:11Z", min_disk_size: 7, size_gigabytes: 0.5 },
    ...{ description: `${distribution} ${name}`, tags: [], status: "available" },
  };
}
