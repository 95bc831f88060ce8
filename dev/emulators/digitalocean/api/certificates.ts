import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { find, refuseInUse } from "../cloud/certificates.ts";
import { type Cloud, only, timestamp } from "../cloud/cloud.ts";
import { requestCertificate } from "../cloud/issuing.ts";
import type { Certificate } from "../cloud/records.ts";
import { unprocessable } from "../http/apiError.ts";
import { created, type Handlers, NO_CONTENT, ok, type Request } from "../http/handler.ts";
import { page } from "../http/page.ts";

interface CertificateBody {
  readonly name: string;
  readonly type?: Certificate["type"];
  readonly dns_names?: readonly string[];
  readonly private_key?: string;
  readonly leaf_certificate?: string;
  readonly certificate_chain?: string;
}

export const certificateHandlers: Handlers = {
  certificates_list: (request, cloud) => {
    const { name = "" } = request.parameters;
    const all = [...cloud.certificates.values()];
    const found = all.filter((certificate) => name === "" || certificate.name === name);
    return page(request, "certificates", found.map(certificateView));
  },
  certificates_create: (request, cloud) => {
    const body = request.body as CertificateBody;
    if (cloud.certificates.has(body.name)) throw unprocessable("certificate name must be unique");
    const certificate = body.type === "lets_encrypt" ? requested(body) : uploaded(body);
    cloud.certificates.set(certificate.name, certificate);
    if (certificate.state === "pending") requestCertificate(cloud, certificate);
    return created({ certificate: certificateView(certificate) });
  },
  certificates_get: (request, cloud) =>
    ok({ certificate: certificateView(certificateOf(request, cloud)) }),
  certificates_delete: (request, cloud) => {
    const certificate = certificateOf(request, cloud);
    refuseInUse(cloud, certificate);
    cloud.certificates.delete(certificate.name);
    return NO_CONTENT;
  },
  domains_list: (request, { domains }) =>
    page(
      request,
      "domains",
      [...domains].map((name) => ({ name, ttl: 1800 })),
    ),
};

function certificateOf({ parameters }: Request, cloud: Cloud): Certificate {
  return only(find(cloud, String(parameters["certificate_id"])));
}

function requested({ name, dns_names: dnsNames = [] }: CertificateBody): Certificate {
  if (dnsNames.length === 0) throw unprocessable("dns_names can't be empty");
  const id = { id: randomUUID(), name, type: "lets_encrypt" as const };
  return { ...id, dnsNames, createdAt: timestamp(), state: "pending", pem: "" };
}

/** @throws ApiError 422 where key and certificate are none, or do not belong together */
function uploaded(body: CertificateBody): Certificate {
  const { name, private_key: key = "", leaf_certificate: leaf = "" } = body;
  const dnsNames = namesOf(parsed(leaf, key));
  const id = { id: randomUUID(), name, type: "custom" as const };
  const pem = [key, leaf, body.certificate_chain ?? ""].map((text) => text.trim()).join("\n");
  return { ...id, dnsNames, createdAt: timestamp(), state: "verified", pem: `${pem}\n` };
}

function parsed(leaf: string, key: string): X509Certificate {
  let certificate: X509Certificate;
  let fits: boolean;
  try {
    certificate = new X509Certificate(leaf);
    fits = certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw unprocessable("private_key and leaf_certificate must be PEM");
  }
  if (!fits) throw unprocessable("private_key does not belong to leaf_certificate");
  return certificate;
}

function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name = ""]) => name);
}

/** What only an issued certificate can tell is empty before. */
function certificateView({ id, name, type, dnsNames, createdAt, state, pem }: Certificate): object {
  const known = { id, name, type, dns_names: dnsNames, created_at: createdAt, state };
  if (pem === "") return { ...known, not_after: "0001-01-01T00:00:00Z", sha1_fingerprint: "" };
  const { validTo, fingerprint } = new X509Certificate(leafOf(pem));
  const sha1 = fingerprint.replaceAll(":", "").toLowerCase();
  return { ...known, not_after: timestamp(Date.parse(validTo)), sha1_fingerprint: sha1 };
}

/** The key stands before it, the chain after it. */
function leafOf(pem: string): string {
  return pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----"));
}
