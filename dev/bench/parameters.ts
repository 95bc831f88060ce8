/** Everything that decides how long and how hard a run measures; nothing of it stands elsewhere. */
export interface Parameters {
  readonly switching: SwitchParameters;
  readonly kamal: KamalParameters;
  readonly engine: EngineParameters;
  readonly package: PackageParameters;
  readonly cloudSwitch: CloudSwitchParameters;
  readonly cloudDeploy: CloudDeployParameters;
  readonly ovhSwitch: CloudSwitchParameters;
  readonly targets: TargetParameters;
  readonly judgement: JudgementParameters;
}

/** Half of the workers keep their connection, half open one for each request. */
export interface TrafficParameters {
  readonly workers: number;
  /** Over all workers; below what the machine can do, so that latency says something. */
  readonly ratePerSecond: number;
}

export interface SwitchParameters {
  readonly traffic: TrafficParameters;
  readonly containers: number;
  readonly upSwitches: number;
  /** Between two ups. */
  readonly restSeconds: number;
  readonly scriptSwitches: number;
  /** `docker exec` of nothing, to tell its cost from that of the switch. */
  readonly emptyCommands: number;
  readonly leastRequests: number;
}

export interface KamalParameters {
  readonly traffic: TrafficParameters;
  readonly pairs: number;
  readonly wrkSeconds: number;
  readonly wrkConnections: number;
  /** In each pair, for each side, under traffic. */
  readonly deploys: number;
  /** Without traffic, for each way to give the command. */
  readonly quietCommands: number;
}

export interface EngineParameters {
  readonly repetitions: number;
  /** Containers a color that are really run. */
  readonly small: number;
  readonly large: number;
  /** Containers a color in previews only. */
  readonly huge: number;
  readonly sampleMs: number;
}

export interface PackageParameters {
  readonly repetitions: number;
  /** Of each color. */
  readonly containers: number;
}

export interface CloudSwitchParameters {
  readonly traffic: TrafficParameters;
  /** Of each color. */
  readonly hosts: number;
  /** By each way of ours; a switch takes up to half a minute. */
  readonly switches: number;
  /** By each way that people have without it. */
  readonly rivalSwitches: number;
  /** After the balancer has followed, before the next switch. */
  readonly restSeconds: number;
}

export interface CloudDeployParameters {
  /** Hosts of a color on machines that boot. */
  readonly real: readonly number[];
  /** Hosts of each color on machines that wait; the first is what the others are compared with. */
  readonly waiting: readonly number[];
  /** Hosts of one color on machines that wait; the other color has one. */
  readonly largest: number;
  /** `pulumi up --parallel`, for the largest once more. */
  readonly parallel: number;
}

export interface TargetParameters {
  /** Of each color. */
  readonly hosts: number;
  /** Of each command, after one that does not count. */
  readonly repetitions: number;
}

/** Numbers of simulated releases. */
export interface JudgementParameters {
  /** For each case, all of an hour. */
  readonly hours: number;
  readonly powers: number;
  readonly lives: number;
  readonly passes: number;
}

export const FULL: Parameters = {
  switching: {
    traffic: { workers: 32, ratePerSecond: 2000 },
    containers: 2,
    upSwitches: 20,
    restSeconds: 2,
    scriptSwitches: 300,
    emptyCommands: 60,
    leastRequests: 1_000_000,
  },
  kamal: {
    traffic: { workers: 32, ratePerSecond: 2000 },
    pairs: 5,
    wrkSeconds: 8,
    wrkConnections: 32,
    deploys: 10,
    quietCommands: 30,
  },
  package: { repetitions: 7, containers: 2 },
  engine: { repetitions: 5, small: 2, large: 20, huge: 200, sampleMs: 50 },
  cloudSwitch: {
    traffic: { workers: 16, ratePerSecond: 400 },
    hosts: 2,
    switches: 4,
    rivalSwitches: 2,
    restSeconds: 3,
  },
  cloudDeploy: { real: [2, 10], waiting: [2, 10], largest: 30, parallel: 64 },
  ovhSwitch: {
    traffic: { workers: 16, ratePerSecond: 400 },
    hosts: 1,
    switches: 6,
    rivalSwitches: 6,
    restSeconds: 3,
  },
  targets: { hosts: 1, repetitions: 5 },
  judgement: { hours: 300, powers: 500, lives: 100, passes: 300 },
};

/** To see that everything works; too little for figures. */
export const QUICK: Parameters = {
  switching: {
    ...FULL.switching,
    upSwitches: 2,
    scriptSwitches: 6,
    emptyCommands: 3,
    leastRequests: 10_000,
  },
  kamal: { ...FULL.kamal, pairs: 1, wrkSeconds: 2, deploys: 3, quietCommands: 3 },
  package: { ...FULL.package, repetitions: 3 },
  engine: { ...FULL.engine, repetitions: 1, large: 5, huge: 20 },
  cloudSwitch: { ...FULL.cloudSwitch, switches: 1, rivalSwitches: 1 },
  cloudDeploy: { real: [], waiting: [2], largest: 6, parallel: 64 },
  ovhSwitch: { ...FULL.ovhSwitch, switches: 2, rivalSwitches: 2 },
  targets: { ...FULL.targets, repetitions: 1 },
  judgement: { hours: 10, powers: 50, lives: 5, passes: 10 },
};

/** A run that takes longer is stuck: it is ended, and what it made is removed. */
export const LONGEST_RUN_MS = 90 * 60_000;

/** A window of this length begins with a switch; the one after it, as long, holds none. */
export const WINDOW_MS = 1000;
