import type { Api } from "../api.ts";
import { text } from "../text.ts";
import { isAnswer, list, part, saying } from "./fields.ts";

/**
 * Certificates are recorded by name: a renewed one has a new id. An id in place of the name is
 * accepted too, as the official plugin does.
 */
export async function certificateId(api: Api, byName: string, byId: string): Promise<string> {
  const found = (await named(api, byName)) ?? (await named(api, byId));
  if (found !== undefined) return found;
  if (byName !== "") throw new Error("certificate not found");
  if (byId === "") return "";
  return text(part(await api.send("GET", `v2/certificates/${byId}`), "certificate")["id"]);
}

async function named(api: Api, name: string): Promise<string | undefined> {
  if (name === "") return undefined;
  const call = api.send("GET", `v2/certificates?name=${encodeURIComponent(name)}`);
  const [first] = list((await saying("Error retrieving certificates", call))["certificates"]);
  return isAnswer(first) ? text(first["id"]) : undefined;
}

export async function certificateName(api: Api, id: string): Promise<string> {
  return text(part(await api.send("GET", `v2/certificates/${id}`), "certificate")["name"]);
}
