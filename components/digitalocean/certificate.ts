import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import type { TlsSettings } from "../../settings/types.ts";

/**
 * The name of the certificate that a load balancer shows: the one that the settings name, or one of
 * Let's Encrypt that is made for their domains, and is there when it is verified. It is known by name
 * because each renewal, which the vendor does itself, gives it a new id.
 *
 * The certificate's own name gets an ending from the provider, since no two in an account may share
 * one: so for other domains a new certificate is made first, the balancer is changed in place, and
 * the old certificate is deleted last.
 *
 * @param prefix Of names in the account: `blue-green-prod`.
 */
export function certificateName(
  tls: TlsSettings,
  prefix: string,
  parent: pulumi.Resource,
): pulumi.Input<string> {
  const { certificate = "", domains } = tls;
  if (!domains) return certificate;
  const made = new digitalocean.Certificate(
    `${prefix}-certificate`,
    { type: digitalocean.CertificateType.LetsEncrypt, domains: [...domains] },
    { parent },
  );
  return made.name;
}
