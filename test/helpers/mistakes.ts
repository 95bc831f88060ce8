import { allSettings, type Path, pathText, settingAt } from "../../settings/catalog.ts";
import { type Config, Secret } from "./configStacks.ts";

/** A config with one wrong value. */
export interface Mistake {
  readonly setting: string;
  readonly path: Path;
  readonly config: Config;
}

const KEY = "ssh-ed25519 AAAA ann@laptop";
export const SECRETS = [new Secret("s".repeat(40)), new Secret("https://hush.example")] as const;
const [SSH_SECRET, HUSH] = SECRETS;

const FILES = {
  ...{ writablePaths: ["/srv/a", "/srv/b"], tmpMb: 9, readOnly: "false" },
  capAdd: ["CHOWN", "SETUID"],
};
const VOLUMES = [
  { name: "a", path: "/data/a" },
  { name: "b", path: "/data/b" },
];
const COMMANDS = { command: ["serve", "--fast"], entrypoint: ["env", "A=1"] };
const pool = (tag: string, app: Config) => ({
  image: `app:${tag}`,
  count: 3,
  env: { LOG_LEVEL: "debug", API_TOKEN: HUSH },
  app: { ...COMMANDS, ...FILES, ...app },
});
const hook = (command: string) => ({ command, timeoutSeconds: 9 });

/** Each with everything it may contain, so that a fix that loses something is detected. */
const ON_THIS_MACHINE = {
  target: "local",
  activeColor: "green",
  blue: pool("v1", { volumes: VOLUMES }),
  green: pool("v2", { volumes: VOLUMES }),
  app: {
    ...{ port: 9000, healthPath: "/up", env: { MODE: "a b", TOKEN: HUSH }, user: "1:1" },
    ...{ memoryMb: 64, cpus: "0.5", pids: 99, stopSeconds: 9 },
    ...{ healthHost: "own.test", healthHeaders: { Accept: "a", Via: "b" } },
    ...{ ...COMMANDS, ...FILES, volumes: VOLUMES },
  },
  processes: {
    one: { command: ["work", "--hard"], count: 2, memoryMb: 64, cpus: "0.5", stopSeconds: 9 },
    clock: { command: ["tick"], kind: "single" },
  },
  services: {
    one: {
      ...{
        image: "postgres:17",
        port: 5432,
        env: { A: "b", PASSWORD: HUSH },
        volume: "/var/lib/a",
      },
      ...{ command: ["base", "-a"], memoryMb: 64, healthCommand: "pg_isready" },
    },
    cache: { image: "redis:8", port: 6379 },
  },
  smoke: [
    { path: "/a", status: 201, contains: "a", headers: { "x-a": "1", Accept: "b" } },
    { path: "/b", headers: { Authorization: "c" }, json: { "db.state": "up", LOG_LEVEL: 1 } },
  ],
  health: { timeoutSeconds: 33, intervalSeconds: 3 },
  canary: { weight: 7, header: "x-beta", cookie: "beta" },
  drainSeconds: "11",
  images: { keep: 5 },
  edge: { port: 9090, previewPort: 9091, colorHeader: "x-c", hosts: 2 },
  balancer: "edge",
  allowLiveChange: "true",
  release: {
    ...{ steps: [{ weight: 7, durationSeconds: 1, minRequests: 2 }, "25%"], watchSeconds: 9 },
    statusMayDiffer: ["3xx", "4xx"],
    ...{ maxErrorRate: 1, maxLatencyRatio: 3, confidence: 99, source: "probe" },
    prometheus: { url: "http://p:1", requests: "a{{color}}", errors: "b{{color}}" },
    ...{ probe: { path: "/p", ratePerSecond: 9 }, approval: true, keepWarmMinutes: 9 },
    ...{ idleCount: 2, store: "file:///tmp/releases" },
    windows: [
      { from: "Fri 10:00", to: "Sun 10:00", timeZone: "UTC" },
      { from: "2026-12-24", to: "2026-12-26" },
    ],
    hooks: {
      ...{ beforeDeploy: hook("a"), beforeSwitch: hook("b") },
      ...{ afterSwitch: hook("c"), onRollback: hook("d") },
    },
    notify: [{ webhook: HUSH }, { slack: "https://s.example" }],
  },
};

const IN_A_CLOUD = {
  ...ON_THIS_MACHINE,
  balancer: "managed",
  canary: undefined,
  blue: pool("v1", {}),
  green: pool("v2", {}),
  app: { ...ON_THIS_MACHINE.app, volumes: undefined },
  release: { ...ON_THIS_MACHINE.release, steps: [], notify: [] },
  managed: { idleTimeoutSeconds: 90 },
  preview: { allowedCidrs: ["192.0.2.0/24", "198.51.100.0/24"] },
  ssh: {
    secret: SSH_SECRET,
    allowedCidrs: ["192.0.2.0/24", "198.51.100.0/24"],
    authorizedKeys: [KEY, `${KEY}2`],
  },
  registry: { server: "r.example.com", username: "ann", password: HUSH },
};

export const BASES: Readonly<Record<string, Config>> = {
  local: ON_THIS_MACHINE,
  digitalocean: {
    ...IN_A_CLOUD,
    target: "digitalocean",
    digitalocean: { region: "nyc3", size: "s-2", image: "debian-13-x64", project: "a b" },
    tls: { domains: ["a.example.com", "b.example.com"], redirect: true },
  },
  ovh: {
    ...IN_A_CLOUD,
    target: "ovh",
    ovh: { region: "SBG5", flavor: "b3-16", image: "Ubuntu", networkCidr: "10.30.0.0/16" },
    tls: { domains: ["a.example.com"], secretRef: `https://k/v1/secrets/${"1".repeat(36)}` },
  },
};

/** A base in which the setting has an effect. */
function baseOf(path: Path): Config {
  const [target = "local"] = settingAt(path.slice(0, 1))?.about.targets ?? [];
  const text = pathText(path);
  const base = BASES[text === "tls.secretRef" ? "ovh" : target] ?? {};
  // A notification has one channel only.
  const isOtherWay = /^release\.notify\[0\]\.(slack|command)$/.test(text);
  return isOtherWay ? (put(base, path.slice(0, -1), {}) as Config) : base;
}

/** A copy with one value set; undefined removes it. */
export function put(config: unknown, [step, ...path]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(config)) {
    return config.map((one: unknown, at) => (at === step ? put(one, path, value) : one));
  }
  const group = typeof config === "object" ? (config as Config) : {};
  return { ...group, [step]: put(group[step], path, value) };
}

const mistake = (path: Path, value: unknown): Mistake => {
  const config = put(baseOf(path), path, value) as Config;
  return { setting: pathText(path), path, config };
};

/** Wrong values by kind of setting; each test uses the first that the setting's rule rejects. */
const WRONG = { value: ["\n", "", "\0"], group: ["text"], list: ["text", "$"], record: ["text"] };

/** The first entry of a list; of a record, one that `BASES` has where it needs more than the setting. */
const entryIn = (pattern: Path): string | number =>
  settingAt(pattern)?.kind === "list" ? 0 : pattern.length === 1 ? "one" : "LOG_LEVEL";
const firstEntries = (pattern: Path): Path =>
  pattern.map((step, at) => (step === "*" ? entryIn(pattern.slice(0, at)) : step));

/**
 * Every setting with an invalid value; lists get it as their first entry, next to a valid second
 * one.
 */
export function wrongValues(isWrong: (mistake: Mistake) => boolean): Mistake[] {
  return allSettings().map(([pattern, { kind }]) => {
    const path = firstEntries(pattern);
    const wrong = WRONG[kind].map((value) => mistake(path, value)).find(isWrong);
    if (!wrong) throw new Error(`${pathText(path)} takes any value`);
    return wrong;
  });
}

/** Every group without each of its required settings. */
export function missingValues(): Mistake[] {
  return allSettings().flatMap(([path, { isRequired }]) =>
    isRequired && path.length > 1 && !path.includes("*") ? [mistake(path, undefined)] : [],
  );
}

/** An unknown name in each group, record and list entry. */
export function wrongNames(): Mistake[] {
  const groups = allSettings().flatMap(([path, { kind }]) =>
    kind === "group" ? [firstEntries(path)] : [],
  );
  const names = ["PORT", "my.name", "a b", "1a", 'quo"te', "it's"];
  return [
    ...[[], ...groups].map((path) => mistake([...path, "nonsense"], 1)),
    ...names.map((name) => mistake(["app", "env", name], "x")),
    ...["a b", "a:b"].map((name) => mistake(["smoke", 0, "headers", name], "x")),
  ];
}
