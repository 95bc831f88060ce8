import { createHash } from "node:crypto";
import { z } from "zod";
import type { Cloud } from "../cloud/cloud.ts";
import type { Keypair } from "../cloud/records.ts";
import { bodyOf, exactly } from "../http/body.ts";
import { conflict, notFound, Refusal } from "../http/refusal.ts";
import type { Routes } from "../http/routes.ts";

const creation = exactly({
  keypair: exactly({
    name: z.string().min(1).max(255),
    public_key: z.string(),
    type: z.literal("ssh").optional(),
    user_id: z.string().optional(),
  }),
});

/** Of keys that the user has; Nova's own generating of keys is not emulated. */
export function keypairRoutes(cloud: Cloud): Routes {
  const { keypairs } = cloud;
  return {
    "GET /v2.1/os-keypairs": () => {
      const views = [...keypairs.values()].map((it) => ({ keypair: view(it) }));
      return { status: 200, body: { keypairs: views } };
    },
    "POST /v2.1/os-keypairs": ({ body }) => {
      const { name, public_key: publicKey } = bodyOf(body, creation).keypair;
      if (keypairs.has(name)) throw conflict(`Key pair '${name}' already exists.`);
      refuseOverQuota(cloud);
      const keypair = { name, publicKey, fingerprint: fingerprintOf(publicKey) };
      keypairs.set(name, keypair);
      return { status: 200, body: { keypair: { ...view(keypair), user_id: userId(cloud) } } };
    },
    "GET /v2.1/os-keypairs/{name}": (_request, { name = "" }) => {
      const keypair = keypairs.get(name);
      if (!keypair) throw notFound("Keypair", name);
      return { status: 200, body: { keypair: { ...view(keypair), user_id: userId(cloud) } } };
    },
    "DELETE /v2.1/os-keypairs/{name}": (_request, { name = "" }) => {
      if (!keypairs.delete(name)) throw notFound("Keypair", name);
      return { status: 202 };
    },
  };
}

function refuseOverQuota({ keypairs, options: { quotas } }: Cloud): void {
  if (quotas.keyPairs < 0 || keypairs.size < quotas.keyPairs) return;
  throw new Refusal(403, "Quota exceeded, too many key pairs.");
}

/** MD5 of the key's bytes, as Nova's. @throws Refusal 400 */
function fingerprintOf(publicKey: string): string {
  const [, base64 = ""] = publicKey.trim().split(/\s+/);
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < 32) throw new Refusal(400, "Keypair data is invalid: failed to generate it");
  const hex = createHash("md5").update(bytes).digest("hex");
  return hex.match(/../g)?.join(":") ?? "";
}

function userId({ options }: Cloud): string {
  return options.identity.user.id;
}

function view({ name, publicKey, fingerprint }: Keypair): object {
  return { name, public_key: publicKey, fingerprint, type: "ssh" };
}
