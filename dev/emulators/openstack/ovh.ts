import { randomBytes } from "node:crypto";
import { dockerPlane } from "../dockerPlane.ts";
import { LABEL } from "../labels.ts";
import { Barbican } from "./barbican/index.ts";
import { type OpenStack, type OpenStackOptions, startOpenStack } from "./index.ts";
import { Octavia, type OctaviaOptions } from "./octavia/index.ts";
import { HaproxyBalancers } from "./octavia/plane/haproxyBalancers.ts";
import { RealInstances } from "./plane/realInstances.ts";
import { Swift } from "./swift/index.ts";

export interface OvhOptions extends Omit<OpenStackOptions, "plane" | "services"> {
  /** Images of this machine's Docker that each instance's Docker has from the start. */
  readonly preloadImages?: readonly string[];
  readonly octavia?: Pick<OctaviaOptions, "delays" | "quotas">;
}

export interface Ovh extends OpenStack {
  readonly octavia: Octavia;
}

/**
 * A project of OVH's Public Cloud in which everything is real but the API: instances are machines,
 * load balancers are HAProxy, networks are Docker's. Swift and Barbican keep what they are given in memory.
 */
export async function startOvh(options: OvhOptions = {}): Promise<Ovh> {
  const { preloadImages, octavia: more, ...others } = options;
  const run = options.run ?? `blue-green-cloud-${randomBytes(3).toString("hex")}`;
  const plane = { ...dockerPlane({ [LABEL]: run }), machines: new RealInstances(preloadImages) };
  const services: { octavia?: Octavia } = {};
  const cloud = await startOpenStack({
    ...{ ...others, plane, run },
    services: (neutron, surroundings) => {
      const balancers = new HaproxyBalancers();
      const barbican = new Barbican();
      const certificate = (ref: string) => barbican.certificate(ref);
      const parts = { balancers, vips: neutron, certificate };
      const octavia = new Octavia({ ...parts, ...surroundings, ...more });
      neutron.tell(octavia);
      services.octavia = octavia;
      return [octavia, new Swift(), barbican];
    },
  });
  if (!services.octavia) throw new Error("The cloud has started without Octavia.");
  return { ...cloud, octavia: services.octavia };
}
