import type { CloudAnswers } from "./mocks.ts";

export const INSTANCE = "openstack:compute/instance:Instance";
export const PORT = "openstack:networking/port:Port";
export const FLOATING_IP = "openstack:networking/floatingIp:FloatingIp";

/**
 * Instances with the ids 11, 12 and so on, and addresses ending in them; those with an entrance
 * have a second address ending in 211 and so on.
 */
export function instanceAnswers(hosts: readonly string[]): CloudAnswers {
  const each = (suffix: string, answer: (at: number, host: string) => object) =>
    Object.fromEntries(hosts.map((host, at) => [`${host}-host${suffix}`, answer(11 + at, host)]));
  return {
    [INSTANCE]: each("", (at) => ({ id: String(at) })),
    [PORT]: each("-port", (at, host) => ({
      id: `port-${at}`,
      allFixedIps: [`10.20.0.${at}`, ...(host.startsWith("edge") ? [`10.20.0.${200 + at}`] : [])],
    })),
    [FLOATING_IP]: each("-ip", (at) => ({ address: `203.0.113.${at}` })),
  };
}
