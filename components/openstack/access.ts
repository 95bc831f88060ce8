import type { Settings } from "../../settings/types.ts";
import { ApiError } from "../cloud/apiClient.ts";
import type { OpenStack } from "./api.ts";

/** What this user may do with a container in object storage. */
export type ContainerAccess = "writable" | "readable" | "forbidden" | "absent" | "no service";

/** What this user may do with a secret in the key manager. */
export type SecretAccess = "readable" | "forbidden" | "absent";

interface SeenSecret {
  readonly secret?: SecretAccess;
  readonly hasBalancer: boolean;
}

/**
 * Octavia reads the secret as the user who creates the listener. Without that permission a first `up` would
 * fail after all hosts exist. An existing load balancer may have been created by a user who has it.
 */
export function secretProblems({ tls, balancer }: Settings, seen: SeenSecret): string[] {
  if (balancer !== "managed") return [];
  if (seen.secret === "absent") {
    return [
      `tls.secretRef: the key manager has nothing at ${tls?.secretRef}. Find it: openstack secret list; ` +
        `openstack secret container list`,
    ];
  }
  return seen.secret === "forbidden" && !seen.hasBalancer ? [forbiddenSecret(tls)] : [];
}

/** Problems that do not stop an `up`. */
export function secretWarnings({ tls, balancer }: Settings, seen: SeenSecret): string[] {
  const isForbidden = balancer === "managed" && seen.secret === "forbidden";
  return isForbidden && seen.hasBalancer ? [forbiddenSecret(tls)] : [];
}

function forbiddenSecret(tls: Settings["tls"]): string {
  return (
    `tls.secretRef: this user may not read ${tls?.secretRef} (403), so the certificate can't be checked. ` +
    `Give the user the role KeyManager Read (docs/ovh.md)`
  );
}

/** Without this check an `up` would fail at its very last step. */
export function artifactProblems(
  { ovh }: Settings,
  { artifacts }: { readonly artifacts?: ContainerAccess },
): string[] {
  const setting = `ovh.artifactContainer: the container "${ovh?.artifactContainer}"`;
  const without = "Or do without: pulumi config rm --path ovh.artifactContainer";
  if (artifacts === undefined || artifacts === "writable") return [];
  switch (artifacts) {
    case "absent":
      return [
        `${setting} does not exist. Create it: openstack container create ${ovh?.artifactContainer}. ${without}`,
      ];
    case "forbidden":
    case "readable":
      return [
        `${setting} can't be ${artifacts === "readable" ? "written" : "read"} by this user. Give the ` +
          `user the role ObjectStore Operator (docs/ovh.md). ${without}`,
      ];
    case "no service":
      return [`${setting} can't be used: ${ovh?.region} has no object storage (Swift). ${without}`];
  }
}

/**
 * What this user may do with a container in Swift. A POST without metadata requires write access and
 * changes nothing.
 *
 * @returns undefined if Swift itself fails: that must not block a release.
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

/** The status of a failed call. */
async function refusal(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}
