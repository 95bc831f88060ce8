/**
 * What `blueGreen()` is made of, for a program that builds its own stack: `blue-green/components`. A team whose
 * hosts or balancer are others supplies `Host` and `Balancer`; the order of a release is `BlueGreenService`'s.
 */
export { readSettings } from "../settings.ts";
export type { Settings } from "../settings/types.ts";

// What is decided before anything is built.
export { type Color, COLORS, otherColor } from "../lib/color.ts";
export { type StackNames, stackNames } from "../lib/naming.ts";
export type { Observation } from "../lib/observation.ts";
export { type Plan, planUp } from "../lib/plan.ts";
export { type Route, takesTraffic } from "../lib/route.ts";
export { frozenRule, type FrozenRuleArgs } from "../components/service/frozenRule.ts";

// Both colors, the gates and the route.
export {
  BlueGreenService,
  type BlueGreenServiceArgs,
} from "../components/service/blueGreenService.ts";
export { AppContainer, type AppContainerArgs } from "../components/service/appContainer.ts";
export { AppProcesses, type AppProcessesArgs } from "../components/service/appProcesses.ts";
export { ColorImage, type ColorImageArgs } from "../components/service/colorImage.ts";
export { ColorPool, type ColorPoolArgs } from "../components/service/colorPool.ts";
export {
  ServiceContainer,
  type ServiceContainerArgs,
} from "../components/service/serviceContainer.ts";
export { SmokeGate, type SmokeGateArgs } from "../components/service/smokeGate.ts";

// Hosts.
export type { Host, HostCommand, HostCommandArgs } from "../components/machine/host.ts";
export { LocalHost, type LocalHostArgs } from "../components/local/localHost.ts";
export { LocalNetwork, type LocalNetworkArgs } from "../components/local/localNetwork.ts";
export { ReadyHost, type ReadyHostArgs } from "../components/machine/readyHost.ts";
export { DropletHost, type DropletHostArgs } from "../components/digitalocean/dropletHost.ts";
export { InstanceHost, type InstanceHostArgs } from "../components/openstack/instanceHost.ts";

// Balancers.
export {
  type Balancer,
  type ChildOptions,
  type Members,
  routeOf,
} from "../components/service/balancer.ts";
export { HaproxyEdge, type HaproxyEdgeArgs } from "../components/edge/haproxyEdge.ts";
export {
  ManagedBalancer,
  type ManagedBalancerArgs,
} from "../components/digitalocean/managedBalancer.ts";
export {
  OctaviaBalancer,
  type OctaviaBalancerArgs,
} from "../components/openstack/octaviaBalancer.ts";
