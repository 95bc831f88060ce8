import type { Answer, Api } from "../api.ts";
import { text } from "../text.ts";
import { isAnswer, list, part, saying } from "./fields.ts";

/** The answer's description of a certificate; undefined where no one has this name. */
export async function certificateNamed(api: Api, name: string): Promise<Answer | undefined> {
  const call = api.send("GET", `v2/certificates?name=${encodeURIComponent(name)}`);
  const [first] = list((await saying("Error retrieving certificates", call))["certificates"]);
  return isAnswer(first) ? first : undefined;
}

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
  const found = name === "" ? undefined : await certificateNamed(api, name);
  return found && text(found["id"]);
}

export async function certificateName(api: Api, id: string): Promise<string> {
  return text(part(await api.send("GET", `v2/certificates/${id}`), "certificate")["name"]);
}
