import type { TlsSettings } from "../../settings/types.ts";

/** What the account has for HTTPS. */
export interface TlsAvailability {
  /** Names of the account's certificates. */
  readonly certificates?: readonly string[];
  /** Domains that the account's DNS manages. */
  readonly domains?: readonly string[];
}

/** What HTTPS lacks; empty if nothing is missing or TLS is off. */
export function tlsProblems(tls: TlsSettings | undefined, availability: TlsAvailability): string[] {
  if (!tls) return [];
  return [...certificateProblems(tls, availability), ...domainProblems(tls, availability)];
}

function certificateProblems(
  { certificate }: TlsSettings,
  { certificates = [] }: TlsAvailability,
): string[] {
  if (certificate === undefined || certificates.includes(certificate)) return [];
  const known = certificates.length > 0 ? `it has: ${some(certificates)}` : "it has none";
  return [
    `tls.certificate: the account has no certificate "${certificate}"; ${known}. Add it to the ` +
      `account, or set another: pulumi config set --path tls.certificate ${certificates[0] ?? "NAME"}`,
  ];
}

/**
 * Let's Encrypt checks a DNS record that the vendor adds to the domain, which works only in zones that
 * the vendor manages.
 */
function domainProblems(
  { domains = [] }: TlsSettings,
  { domains: zones = [] }: TlsAvailability,
): string[] {
  const isManaged = (domain: string) => zones.some((zone) => `.${domain}`.endsWith(`.${zone}`));
  return domains
    .filter((domain) => !isManaged(domain))
    .map(
      (domain) =>
        `tls.domains: "${domain}" is in no domain that the account's DNS manages` +
        `${zones.length > 0 ? ` (${some(zones)})` : ""}. Add it there (doctl compute domain create ` +
        `${domain.replace("*.", "")}) and set its name servers at its registrar, or upload a ` +
        `certificate of your own and name it in tls.certificate.`,
    );
}

function some(names: readonly string[]): string {
  return names.slice(0, 5).join(", ");
}
