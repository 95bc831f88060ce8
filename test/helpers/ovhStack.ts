import { stackNames } from "../../lib/naming.ts";
import { type OvhArgs, ovhStack } from "../../components/openstack/instanceStack.ts";
import { PLAN } from "./components.ts";
import { hostAnswers } from "./hostAnswers.ts";
import { FLOATING_IP, instanceAnswers } from "./instanceMocks.ts";
import { type CloudAnswers, type Registration, recordResources } from "./mocks.ts";
import { settingsFrom } from "./settings.ts";

/**
 * One stack under mocks: its hosts, the results of their commands and the cloud, and its stack
 * file.
 */
export interface MockedOvh {
  readonly hosts: readonly string[];
  readonly answers: Readonly<Record<string, string>>;
  readonly cloud?: CloudAnswers;
  readonly config: Readonly<Record<string, unknown>>;
}

const BALANCER_IP = { "balancer-ip": { address: "203.0.113.1" } };
const SETTINGS = {
  target: "ovh",
  activeColor: "blue",
  ovh: { region: "GRA11" },
  ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
};

/** Builds the stack with additional config and arguments. */
export async function buildOvh(
  { hosts, answers, cloud = {}, config }: MockedOvh,
  more: Readonly<Record<string, unknown>> = {},
  args: Partial<OvhArgs> = {},
) {
  const instances = instanceAnswers(hosts);
  const recorder = await recordResources(
    { ...hostAnswers(hosts), ...answers },
    { ...instances, [FLOATING_IP]: { ...instances[FLOATING_IP], ...BALANCER_IP }, ...cloud },
  );
  const settings = settingsFrom({ ...SETTINGS, ...config, ...more }, ["ssh"]);
  const outputs = ovhStack({
    settings,
    plan: PLAN,
    names: stackNames("blue-green", "test"),
    hooks: () => undefined,
    ovh: settings.ovh!,
    ssh: settings.ssh!,
    externalNetworkId: "ext-1",
    entrance: "edge-1",
    silentEdges: [],
    ...args,
  });
  return { outputs, resources: await recorder.registrations() };
}

export const ofType = (resources: readonly Registration[], type: string) =>
  resources.filter((resource) => resource.type === type);

export function named(
  resources: readonly Registration[],
  type: string,
  name: string,
): Registration {
  const found = ofType(resources, type).find((resource) => resource.name === name);
  if (!found) throw new Error(`no ${type} ${name}`);
  return found;
}

const LOAD_BALANCER = "openstack:loadbalancer/loadBalancer:LoadBalancer";
const OCTAVIA_HOSTS = ["blue-1", "blue-2", "green-1", "green-2"];

/** Two instances of each color behind Octavia. */
export const BEHIND_OCTAVIA: MockedOvh = {
  hosts: OCTAVIA_HOSTS,
  answers: {
    ...Object.fromEntries(
      OCTAVIA_HOSTS.map((host) => [`${host}-image`, "sha256:id\nsha256:digest"]),
    ),
    "blue-image": "sha256:id\nsha256:digest",
    "green-image": "sha256:id2\nsha256:digest2",
    "balancer-shared-members": "4",
    "balancer-persistence": "3",
    "balancer-route": "green:0:off",
    "balancer-redirect-prefix": "https://app.example.com",
  },
  cloud: { [LOAD_BALANCER]: { balancer: { id: "lb-1", vipPortId: "vip-1" } } },
  config: {
    blue: { image: "registry.example.com/app:v1" },
    green: { image: "registry.example.com/app:v2", size: "b3-16" },
  },
};
