import type { Settings } from "../../settings/types.ts";
import { ApiError } from "../cloud/apiClient.ts";
import type { OpenStack } from "./api.ts";

/** What this user may do with a container in object storage. */
export type ContainerAccess = "writable" | "readable" | "forbidden" | "absent" | "no service";

/** What the key manager says of a secret to this user. */
export type SecretAccess = "readable" | "forbidden" | "absent";

interface SeenSecret {
  readonly secret?: SecretAccess;
  readonly hasBalancer: boolean;
}

/**
 * Octavia asks for the secret in the name of the user who makes the listener, so that a first `up` of one
 * who may not read it would fail when all hosts are there. A load balancer that serves may have it from somebody else.
 */
export function secretProblems({ tls, balancer }: Settings, seen: SeenSecret): string[] {
  if (balancer !== "managed") return [];
  if (seen.secret === "absent") {
    return [
      `tls.secretRef: the key manager has nothing at ${tls?.secretRef}. Look for it: openstack secret ` +
        `list; openstack secret container list`,
    ];
  }
  return seen.secret === "forbidden" && !seen.hasBalancer ? [forbiddenSecret(tls)] : [];
}

/** What does not stop an `up`. */
export function secretWarnings({ tls, balancer }: Settings, seen: SeenSecret): string[] {
  const isForbidden = balancer === "managed" && seen.secret === "forbidden";
  return isForbidden && seen.hasBalancer ? [forbiddenSecret(tls)] : [];
}

function forbiddenSecret(tls: Settings["tls"]): string {
  return (
    `tls.secretRef: this user may not read ${tls?.secretRef} (403), so that nobody knows whether the ` +
    `certificate is there. Give the user the role KeyManager Read (docs/ovh.md)`
  );
}

/** Else an `up` would find out when all is done but this. */
export function artifactProblems(
  { ovh }: Settings,
  { artifacts }: { readonly artifacts?: ContainerAccess },
): string[] {
  const setting = `ovh.artifactContainer: the container "${ovh?.artifactContainer}"`;
  const without = "Or go without: pulumi config rm --path ovh.artifactContainer";
  if (artifacts === undefined || artifacts === "writable") return [];
  switch (artifacts) {
    case "absent":
      return [
        `${setting} is not there. Make it: openstack container create ${ovh?.artifactContainer}. ${without}`,
      ];
    case "forbidden":
    case "readable":
      return [
        `${setting} may not be ${artifacts === "readable" ? "written" : "read"} by this user. Give it ` +
          `the role ObjectStore Operator (docs/ovh.md). ${without}`,
      ];
    case "no service":
      return [
        `${setting} can't be asked for: ${ovh?.region} has no object storage (Swift). ${without}`,
      ];
  }
}

/**
 * What this user may do with a container in Swift. Changes nothing: a POST without metadata needs the right
 * to write and leaves all as it is.
 *
 * @returns undefined where Swift itself is in trouble: a release is not to wait for that.
 */
export async function containerAccess(
  api: OpenStack,
  name: string,
): Promise<ContainerAccess | undefined> {
  if (!api.has("object-store")) return "no service";
  const path = `/${encodeURIComponent(name)}`;
  const reading = await refusal(api.get("object-store", `${path}?format=json&limit=1`));
  if (reading === 404) return "absent";
  if (reading !== undefined) return reading === 403 ? "forbidden" : undefined;
  const writing = await refusal(api.post("object-store", path));
  if (writing === undefined) return "writable";
  return writing === 403 ? "readable" : undefined;
}

/** The status of one that failed. */
async function refusal(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}
