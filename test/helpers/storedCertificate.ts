import { expect } from "chai";
import { execa } from "execa";
import type { KeyAndCertificate } from "../../dev/emulators/digitalocean/plane/certificate.ts";
import type { OpenStackClient } from "./openstackClient.ts";

/** Creates it with the command from docs/ovh.md. */
export async function pkcs12Of({ key, certificate }: KeyAndCertificate): Promise<Buffer> {
  const made = await execa("openssl", ["pkcs12", "-export", "-passout", "pass:"], {
    input: key + certificate,
    encoding: "buffer",
  });
  return Buffer.from(made.stdout);
}

/** Stores it as `openstack secret store` does. @returns the reference for `tls.secretRef` */
export async function storeCertificate(
  client: OpenStackClient,
  issued: KeyAndCertificate,
): Promise<string> {
  const payload = (await pkcs12Of(issued)).toString("base64");
  const { status, body } = await client.ask<{ secret_ref: string }>(
    ...(["POST", "/key-manager/v1/secrets"] as const),
    {
      ...{ name: "shop", secret_type: "opaque", payload, payload_content_encoding: "base64" },
      payload_content_type: "application/octet-stream",
    },
  );
  expect(status).to.equal(201);
  return body.secret_ref;
}

export async function deleteSecret(client: OpenStackClient, ref: string): Promise<void> {
  const { status } = await client.ask("DELETE", new URL(ref).pathname);
  expect(status).to.equal(204);
}
