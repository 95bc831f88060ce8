import type { Fault as CallFault } from "../../../dev/emulators/http/faults.ts";
import { pause } from "../../helpers/asking.ts";
import { docker } from "../../helpers/testStack.ts";
import type { Fault, Faults, Scene } from "../target.ts";

/** How long a balancer may take to find a host well again. */
const ADMITTED_MS = 60_000;
const BACK_MS = 120_000;

/** The containers that stand for a stack's hosts. */
export interface Hosts {
  /** `blue-1`, `green-1`, `edge-1` */
  readonly names: readonly string[];
  /** In this machine's Docker. */
  readonly container: (host: string) => Promise<string>;
}

/** What happens to hosts and to their network. Each machine has its own Docker and sshd. */
export function hostFaults(hosts: Hosts): Faults {
  return {
    "the Docker of a host killed": onHost(hosts, (host) =>
      docker("exec", host, "systemctl", "kill", "--signal", "KILL", "docker"),
    ),
    "the Docker of a host restarted": onHost(hosts, (host) =>
      docker("exec", host, "systemctl", "restart", "docker"),
    ),
    "a host restarted": onHost(hosts, async (host) => {
      await docker("kill", host);
      await docker("start", host);
    }),
    "a host gone for a while": onHost(hosts, async (host, random) => {
      await docker("pause", host);
      await pause(5000 + random() * 10_000);
      await docker("unpause", host);
    }),
    "a host's network cut": onHost(hosts, (host, random) => whileDropped(host, [], random)),
    "the runner cut off from a host": {
      holdsUp: true,
      apply: async ({ random }) => {
        const ssh = ["--protocol", "tcp", "--dport", "22"];
        await whileDropped(await pickHost(hosts, random), ssh, random);
        return true;
      },
    },
  };
}

/** What the cloud's API does to the calls of a few seconds. */
export function apiFaults(cloud: {
  readonly faults: { inject(fault: CallFault): void; clear(): void };
}): Faults {
  const during = (fault: CallFault): Fault => ({
    apply: async ({ random }) => {
      cloud.faults.inject({ ...fault, times: 2 + Math.floor(random() * 6) });
      await pause(3000 + random() * 7000);
      cloud.faults.clear();
      return true;
    },
  });
  return {
    "429 from the cloud's API": during({ how: 429 }),
    "500 from the cloud's API": during({ how: 500 }),
    "no answer from the cloud's API": during({ how: "hang" }),
    "lost answers of the cloud's API": during({ how: "reset", when: "after" }),
  };
}

/** Going back needs no registry. @param label Of what the cloud has made, as `name=value`. */
export function registryFaults(label: string): Faults {
  return {
    "the registry gone": {
      apply: async ({ random }) => {
        const registry = `${label.split("=")[1]}-registry`;
        await docker("pause", registry);
        await pause(5000 + random() * 10_000);
        await docker("unpause", registry);
        return true;
      },
    },
  };
}

function onHost(
  hosts: Hosts,
  work: (container: string, random: () => number) => Promise<unknown>,
): Fault {
  return {
    leavesWork: true,
    holdsUp: true,
    cutsForMs: ADMITTED_MS,
    apply: async (scene) => {
      await work(await pickHost(hosts, scene.random), scene.random);
      await untilBack(scene);
      return true;
    },
  };
}

function pickHost({ names, container }: Hosts, random: () => number): Promise<string> {
  return container(names[Math.floor(random() * names.length)] ?? "");
}

/** Users get an answer again, and the balancers can be looked at; what never comes back is for the check. */
async function untilBack({ target }: Scene): Promise<void> {
  const deadline = Date.now() + BACK_MS;
  const isBack = async () => {
    const answer = await fetch(target.url, { signal: AbortSignal.timeout(3000) });
    await target.routes();
    return answer.ok || answer.status === 500;
  };
  while (Date.now() < deadline && !(await isBack().catch(() => false))) await pause(300);
}

/** In the host's own network namespace. @param match Which packets; all but loopback's if empty. */
async function whileDropped(
  host: string,
  match: readonly string[],
  random: () => number,
): Promise<void> {
  const rule = match.length > 0 ? match : ["!", "--in-interface", "lo"];
  const table = (word: string) =>
    docker("exec", host, "iptables", word, "INPUT", ...rule, "--jump", "DROP");
  await table("--insert");
  await pause(4000 + random() * 8000);
  await table("--delete").catch(() => undefined);
}
