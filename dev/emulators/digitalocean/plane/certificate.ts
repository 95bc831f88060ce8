import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { der, oid, TAG, utcTime } from "./der.ts";

const DAY_MS = 86_400_000;

/** Object identifiers in their encoded form. */
const OID = {
  ecdsaWithSha256: "2a8648ce3d040302",
  commonName: "550403",
  altName: "551d11",
  constraints: "551d13",
};

/** A private key and a certificate for it, each as PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

interface Signed {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly days: number;
  /** What stands in it beside, encoded. */
  readonly extension: Buffer;
}

/** Signs certificates. Whoever trusts the authority's own certificate trusts all of them. */
export class Authority {
  readonly certificate: string;
  readonly #name: string;
  readonly #key: KeyObject;

  constructor(name: string) {
    this.#name = name;
    const { privateKey, publicKey } = newKeys();
    this.#key = privateKey;
    this.certificate = this.#sign({
      ...{ subject: name, issuer: name, publicKey, days: 365, extension: authorityMark() },
    });
  }

  /** @param names Domains, also with `*.`, and IPv4 addresses. */
  issue(names: readonly string[], days = 90): KeyAndCertificate {
    const { privateKey, publicKey } = newKeys();
    const subject = { subject: names[0] ?? "", issuer: this.#name };
    const certificate = this.#sign({ ...subject, publicKey, days, extension: altNames(names) });
    return { key: String(privateKey.export({ type: "pkcs8", format: "pem" })), certificate };
  }

  #sign(signed: Signed): string {
    const toSign = contents(signed);
    const signature = createSign("sha256").update(toSign).sign(this.#key);
    const bits = der(TAG.bits, Buffer.from([0]), signature);
    const lines = der(TAG.sequence, toSign, algorithm(), bits)
      .toString("base64")
      .replace(/.{64}(?=.)/g, "$&\n");
    return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  }
}

function newKeys(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** The part of an X.509 certificate that is signed (RFC 5280, 4.1): version 3, one extension. */
function contents({ subject, issuer, publicKey, days, extension }: Signed): Buffer {
  const version = der(0xa0, der(TAG.integer, Buffer.from([2])));
  const serial = der(TAG.integer, Buffer.from([1]), randomBytes(8));
  const now = Date.now();
  const validity = der(TAG.sequence, utcTime(now - DAY_MS), utcTime(now + days * DAY_MS));
  const names = [nameOf(issuer), validity, nameOf(subject)];
  const spki = publicKey.export({ type: "spki", format: "der" });
  const extensions = der(0xa3, der(TAG.sequence, extension));
  return der(TAG.sequence, version, serial, algorithm(), ...names, spki, extensions);
}

/** Without it nobody takes a certificate for one of an authority (RFC 5280, 4.2.1.9). */
function authorityMark(): Buffer {
  const yes = der(TAG.boolean, Buffer.from([0xff]));
  const value = der(TAG.octets, der(TAG.sequence, yes));
  return der(TAG.sequence, oid(OID.constraints), yes, value);
}

function altNames(names: readonly string[]): Buffer {
  const encoded = names.map((name) =>
    isIP(name) === 4
      ? der(0x87, Buffer.from(name.split(".").map(Number)))
      : der(0x82, Buffer.from(name)),
  );
  const value = der(TAG.octets, der(TAG.sequence, ...encoded));
  return der(TAG.sequence, oid(OID.altName), value);
}

function nameOf(text: string): Buffer {
  const value = der(TAG.utf8, Buffer.from(text));
  return der(TAG.sequence, der(TAG.set, der(TAG.sequence, oid(OID.commonName), value)));
}

function algorithm(): Buffer {
  return der(TAG.sequence, oid(OID.ecdsaWithSha256));
}
