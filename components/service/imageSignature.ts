import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { stepCommand } from "../../lib/step.ts";
import { UserError } from "../../lib/userError.ts";
import type { RegistrySettings } from "../../settings/types.ts";
import { exec, type ExecResult, THIS_MACHINE } from "../machine/exec.ts";

export interface SignatureCheck {
  /** For messages: `green.image`. */
  readonly setting: string;
  /** `registry.example.com/app@sha256:…` */
  readonly image: string;
  /** A public key, PEM. */
  readonly key: string;
  /** Of a private registry. */
  readonly registry?: Pick<RegistrySettings, "server" | "username">;
}

const CHECK_MS = 60_000;
const PASSWORD = "REGISTRY_PASSWORD";

/** The check as a resource: it runs again for another image or key, and so never for a rollback. */
export function imageSignature(
  name: string,
  check: Omit<SignatureCheck, "image" | "registry">,
  image: pulumi.Input<string>,
  registry: RegistrySettings | undefined,
  parent: pulumi.Resource,
): pulumi.Resource {
  const { server = "", username = "", password = "" } = registry ?? {};
  return new command.local.Command(
    name,
    {
      create: stepCommand("image-signature"),
      stdin: pulumi.jsonStringify({
        ...check,
        image,
        ...(registry && { registry: { server, username } }),
      }),
      environment: pulumi.secret({ [PASSWORD]: password }),
      triggers: [image, check.key],
      logging: "none",
    },
    // Another login of the registry is no reason to ask again; what replaces the check gets it.
    { parent, ignoreChanges: ["stdin", "environment"] },
  );
}

/** The step of an `up`. @throws UserError as `checkSignature` does */
export async function checkSignatureStep(check: SignatureCheck): Promise<string> {
  await checkSignature(check, process.env[PASSWORD] ?? "");
  return `${check.image} is signed`;
}

/**
 * Checks on this machine that the image has a signature by the key, made by `cosign sign --key`.
 *
 * @param password Of the registry.
 * @throws UserError if it has none, or that can't be found out.
 */
export async function checkSignature(check: SignatureCheck, password: string): Promise<void> {
  const { setting, image, key } = check;
  if (!image.includes("@sha256:")) {
    throw new UserError(
      `${setting}: ${image} is in no registry, so it can't have a signature, and cosignKey requires one. ` +
        "Push it and sign it there: cosign sign --key cosign.key REGISTRY/NAME@sha256:…",
    );
  }
  await requireCosign();
  const folder = await mkdtemp(join(tmpdir(), "blue-green-cosign-"));
  try {
    const keyFile = join(folder, "cosign.pub");
    await writeFile(keyFile, key);
    const config = await registryLogin(folder, check, password);
    const words = ["cosign", "verify", "--key", keyFile, "--insecure-ignore-tlog=true", image];
    const result = await exec(THIS_MACHINE, ["env", ...config, ...words], { timeoutMs: CHECK_MS });
    const problem = signatureProblem(check, result);
    if (problem !== undefined) throw new UserError(problem);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws UserError if cosign is not installed on this machine. */
export async function requireCosign(): Promise<void> {
  const { code } = await exec(THIS_MACHINE, ["cosign", "version"], { timeoutMs: CHECK_MS });
  if (code === 0) return;
  throw new UserError(
    "cosignKey: signatures are checked by cosign, which is not installed on this machine (PATH). Install it: " +
      "https://docs.sigstore.dev/cosign/system_config/installation, or stop checking: pulumi config rm cosignKey",
  );
}

/** Without a login of its own, cosign uses that of `docker login`. */
async function registryLogin(
  folder: string,
  { registry }: SignatureCheck,
  password: string,
): Promise<string[]> {
  if (!registry) return [];
  const auth = Buffer.from(`${registry.username}:${password}`).toString("base64");
  const config = JSON.stringify({ auths: { [registry.server]: { auth } } });
  await writeFile(join(folder, "config.json"), config, { mode: 0o600 });
  return [`DOCKER_CONFIG=${folder}`];
}

/** What cosign's answer means; undefined for a valid signature. */
export function signatureProblem(
  { setting, image }: Pick<SignatureCheck, "setting" | "image">,
  { code, stderr }: Pick<ExecResult, "code" | "stderr">,
): string | undefined {
  if (code === 0) return undefined;
  const said = stderr.trim().split("\n").filter(Boolean);
  const error = (
    said.find((line) => line.startsWith("Error: ")) ??
    said.at(-1) ??
    `code ${code}`
  ).replace("Error: ", "");
  return `${setting}: ${meaning(image, error)}\ncosign says: ${error}`;
}

function meaning(image: string, error: string): string {
  if (/no signatures found/.test(error)) {
    return `${image} is not signed, and cosignKey requires a signature. Sign it: cosign sign --key cosign.key ${image}`;
  }
  if (/digest in claim/.test(error)) {
    return `the signature beside ${image} is of another image. Sign this one: cosign sign --key cosign.key ${image}`;
  }
  if (/no matching signatures/.test(error)) {
    return (
      `no signature of ${image} is by the key cosignKey. Sign it with that key, or, if yours has changed: ` +
      'pulumi config set --plaintext cosignKey -- "$(cat cosign.pub)"'
    );
  }
  if (/PEM|public key/.test(error)) {
    return 'cosignKey is no public key that cosign can read: pulumi config set --plaintext cosignKey -- "$(cat cosign.pub)"';
  }
  return `the signature of ${image} could not be read from its registry. See that this machine reaches it, and try again`;
}
