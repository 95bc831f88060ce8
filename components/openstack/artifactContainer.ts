import type { ContainerAccess } from "./access.ts";
import { ApiError } from "../cloud/apiClient.ts";
import type { OpenStack } from "./api.ts";

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
