import { forbidden, unprocessable } from "../http/apiError.ts";
import { certificateIds } from "../plane/balancerConfig.ts";
import type { BalancerSettings } from "../plane/balancers.ts";
import { type Cloud, only } from "./cloud.ts";
import type { Certificate } from "./records.ts";

/** @throws ApiError 422 for a rule whose certificate is not there, or not yet */
export function checkCertificates(cloud: Cloud, settings: BalancerSettings): void {
  for (const id of certificateIds(settings)) {
    const state = find(cloud, id)?.state;
    if (state === undefined) throw unprocessable(`certificate ${id} not found`);
    if (state !== "verified") throw unprocessable(`certificate ${id} is not verified`);
  }
}

/**
 * In use from when a balancer is told to until it has really taken another one.
 * @throws ApiError 403 in the words that the official plugin waits for
 */
export function refuseInUse({ loadBalancers }: Cloud, { id }: Certificate): void {
  for (const { settings, effective } of loadBalancers.values()) {
    const used = [settings, effective ?? settings].flatMap(certificateIds);
    if (!used.includes(id)) continue;
    throw forbidden("Make sure the certificate is not in use before deleting it");
  }
}

export function pemOf(cloud: Cloud, id: string): string {
  return only(find(cloud, id)).pem;
}

export function find({ certificates }: Cloud, id: string): Certificate | undefined {
  return [...certificates.values()].find((certificate) => certificate.id === id);
}
