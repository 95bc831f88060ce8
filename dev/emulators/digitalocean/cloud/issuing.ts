import { randomUUID } from "node:crypto";
import { certificateIds } from "../plane/balancerConfig.ts";
import type { BalancerSettings } from "../plane/balancers.ts";
import { change } from "./balancerLife.ts";
import { type Cloud, only } from "./cloud.ts";
import type { Certificate } from "./records.ts";

/**
 * Let's Encrypt decides after a while. It can prove only domains that the account's DNS manages; the
 * vendor does not say whether it refuses others at once, so that they are refused late here.
 */
export function requestCertificate(cloud: Cloud, certificate: Certificate): void {
  const { schedule, delays, faults } = cloud.options;
  const fails = faults.takeCertificate();
  schedule.after(schedule.draw(delays.certificateIssued), "issuing a certificate", () => {
    const isProved = certificate.dnsNames.every((name) => isManaged(cloud, name));
    if (fails || !isProved) certificate.state = "error";
    else issue(cloud, certificate);
  });
}

/** As the vendor does some weeks before the end: another id, and the balancers follow. */
export function renewCertificate(cloud: Cloud, name: string): void {
  const certificate = only(cloud.certificates.get(name));
  const old = certificate.id;
  certificate.id = randomUUID();
  issue(cloud, certificate);
  for (const balancer of cloud.loadBalancers.values()) {
    if (!certificateIds(balancer.settings).includes(old)) continue;
    balancer.settings = withCertificate(balancer.settings, old, certificate.id);
    change(cloud, balancer);
  }
}

function issue({ authority }: Cloud, certificate: Certificate): void {
  const issued = authority.issue(certificate.dnsNames);
  certificate.pem = issued.key + issued.certificate;
  certificate.state = "verified";
}

function isManaged({ domains }: Cloud, name: string): boolean {
  return [...domains].some((domain) => `.${name}`.endsWith(`.${domain}`));
}

function withCertificate(settings: BalancerSettings, old: string, id: string): BalancerSettings {
  const rules = settings.forwarding_rules.map((rule) =>
    rule.certificate_id === old ? { ...rule, certificate_id: id } : rule,
  );
  return { ...settings, forwarding_rules: rules };
}
