import { execa } from "execa";

const BLOCK = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n/g;

/**
 * Key and certificates as PEM, out of a PKCS #12 file without a password, which is the only form in which
 * Octavia reads a secret (octavia/certificates/manager/barbican.py); undefined where it is none.
 */
export async function readPkcs12(file: Buffer): Promise<string | undefined> {
  const read = await execa("openssl", ["pkcs12", "-nodes", "-passin", "pass:"], {
    input: file,
    reject: false,
  });
  const blocks = `${read.stdout}\n`.match(BLOCK);
  return read.exitCode === 0 && blocks ? blocks.join("") : undefined;
}
