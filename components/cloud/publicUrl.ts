import type { TlsSettings } from "../../settings/types.ts";

/** @param address A name or an IPv4 address. */
export function httpUrl(address: string, port: number): string {
  return port === 80 ? `http://${address}` : `http://${address}:${port}`;
}

export function httpsUrl(address: string, port: number): string {
  return port === 443 ? `https://${address}` : `https://${address}:${port}`;
}

/** The first domain that is not a wildcard. */
export function certifiedName(tls: TlsSettings | undefined): string | undefined {
  return tls?.domains?.find((domain) => !domain.startsWith("*."));
}
