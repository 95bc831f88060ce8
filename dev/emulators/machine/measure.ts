import { randomBytes } from "node:crypto";
import { buildApp } from "../../../test/helpers/images.ts";
import { EDGE_TAGS } from "../../setup/images.mjs";
import { docker } from "../docker.ts";
import { createMachine } from "./machine.ts";
import { DockerNetworks } from "../networks/dockerNetworks.ts";
import type { Network } from "../networks/networks.ts";
import { removeMachines } from "./remove.ts";
import { makeKeyPair, runThere } from "./session.ts";

const USAGE = `Usage: npx tsx dev/emulators/machine/measure.ts [COUNT]

Starts COUNT machines at the same time (default 1), prints how long each took to boot and the memory
that it needs, and removes them.`;

const RUN = randomBytes(4).toString("hex");
const LABELS = { "blue-green.test": RUN };

const hostKey = makeKeyPair();
const key = makeKeyPair();

/** Seconds from its creation until a machine answered each of these questions. */
async function measure(
  index: number,
  network: Network,
  preloadImages: readonly string[],
): Promise<string> {
  const name = `machine-${RUN}-${index}`;
  const begun = performance.now();
  const address = network.allocate();
  const networks = [{ network: network.name, address }];
  await createMachine({
    ...{ name, labels: LABELS, networks, instanceId: name, userData: userData(), preloadImages },
  });
  const session = { user: "deploy", key, hostKey: hostKey.public };
  const answered = [`power ${since(begun)}`];
  const questions = { ssh: "true", docker: UNTIL_DOCKER, "cloud-init": "cloud-init status --wait" };
  for (const [what, command] of Object.entries(questions)) {
    const { code, output } = await runThere({ ...session, address }, command);
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${output}`);
    answered.push(`${what} ${since(begun)}`);
  }
  return `${name}: ${answered.join(", ")}`;
}

const UNTIL_DOCKER = "timeout 60 sh -c 'until sudo docker version; do sleep 0.1; done'";

function since(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}

function userData(): string {
  const deploy = {
    name: "deploy",
    sudo: "ALL=(ALL) NOPASSWD:ALL",
    ssh_authorized_keys: [key.public],
  };
  const config = {
    users: [deploy],
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: hostKey.private, ed25519_public: hostKey.public },
    packages: ["docker.io", "unattended-upgrades"],
  };
  return `#cloud-config\n${JSON.stringify(config)}\n`;
}

async function main(count: number): Promise<void> {
  const begun = performance.now();
  const images = [await buildApp("v1"), ...EDGE_TAGS];
  const network = await new DockerNetworks(LABELS).create(`machine-${RUN}`);
  try {
    const first = await measure(0, network, images);
    console.log(`one alone, with images and store, after ${since(begun)}\n${first}`);
    const together = Array.from({ length: count }, (_, index) =>
      measure(index + 1, network, images),
    );
    console.log((await Promise.all(together)).join("\n"));
    const names = Array.from({ length: count + 1 }, (_, index) => `machine-${RUN}-${index}`);
    console.log(
      await docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", ...names),
    );
  } finally {
    const removing = performance.now();
    await removeMachines(`blue-green.test=${RUN}`);
    console.log(`removed in ${since(removing)}`);
  }
}

const [count = "1"] = process.argv.slice(2);
if (/^[1-9]\d?$/.test(count)) await main(Number(count));
else console.log(USAGE);
