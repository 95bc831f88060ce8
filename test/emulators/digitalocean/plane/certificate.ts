import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";

const DAY_MS = 86_400_000;

const TAG = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
};

/** Object identifiers in their encoded form: ecdsa-with-SHA256, commonName, subjectAltName. */
const OID = { signature: "2a8648ce3d040302", commonName: "550403", altName: "551d11" };

/** A private key and a certificate for it that it signed itself, as one PEM for HAProxy. */
export function selfSigned(address: string): string {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const toSign = contents(address, publicKey.export({ type: "spki", format: "der" }));
  const signature = createSign("sha256").update(toSign).sign(privateKey);
  const bits = der(TAG.bits, Buffer.from([0]), signature);
  const certificate = der(TAG.sequence, toSign, algorithm(), bits).toString("base64");
  const lines = certificate.replace(/.{64}/g, "$&\n");
  const key = String(privateKey.export({ type: "pkcs8", format: "pem" }));
  return `${key}-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** The part of an X.509 certificate that is signed (RFC 5280, 4.1): version 3, one address. */
function contents(address: string, publicKey: Buffer): Buffer {
  const version = der(0xa0, der(TAG.integer, Buffer.from([2])));
  const serial = der(TAG.integer, Buffer.from([1]), randomBytes(8));
  const name = nameOf("load balancer");
  const now = Date.now();
  const validity = der(TAG.sequence, time(now - DAY_MS), time(now + 365 * DAY_MS));
  const ip = der(0x87, Buffer.from(address.split(".").map(Number)));
  const altName = der(TAG.sequence, oid(OID.altName), der(TAG.octets, der(TAG.sequence, ip)));
  const extensions = der(0xa3, der(TAG.sequence, altName));
  const parts = [version, serial, algorithm(), name, validity, name, publicKey, extensions];
  return der(TAG.sequence, ...parts);
}

function nameOf(text: string): Buffer {
  const value = der(TAG.utf8, Buffer.from(text));
  return der(TAG.sequence, der(TAG.set, der(TAG.sequence, oid(OID.commonName), value)));
}

function algorithm(): Buffer {
  return der(TAG.sequence, oid(OID.signature));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(TAG.utcTime, Buffer.from(digits.slice(2)));
}

function oid(hex: string): Buffer {
  return der(TAG.oid, Buffer.from(hex, "hex"));
}

/** Tag, length (in the long form from 128 on), contents. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const digits = body.length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  const length =
    body.length < 128 ? bytes : Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
}
