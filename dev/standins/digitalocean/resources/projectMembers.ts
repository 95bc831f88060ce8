import type { Value } from "../../provider/values.ts";
import type { Api } from "../api.ts";
import { text } from "../text.ts";
import { isAnswer, list, part, saying } from "./fields.ts";

/** The URNs, such as `do:droplet:1`, of everything in a project. */
export async function membersOf(id: string, api: Api): Promise<string[]> {
  const urns: string[] = [];
  for (let page = 1; ; page++) {
    const path = `v2/projects/${id}/resources?page=${page}&per_page=200`;
    const answer = await saying("Error loading project resources", api.send("GET", path));
    for (const member of list(answer["resources"])) {
      if (isAnswer(member)) urns.push(text(member["urn"]));
    }
    const pages = isAnswer(answer["links"]) ? answer["links"]["pages"] : undefined;
    if (!isAnswer(pages) || !pages["next"]) return urns;
  }
}

export async function moveInto(id: string, members: readonly Value[], api: Api): Promise<void> {
  const resources = members.map(text).filter((urn) => urn !== "");
  const call = api.send("POST", `v2/projects/${id}/resources`, { resources });
  await saying("Error assigning resources", call);
}

/** The API knows no way out of a project but into another. */
export async function moveOut(members: readonly Value[], api: Api): Promise<void> {
  const problem = "Error assigning resources to default project";
  const call = api.send("GET", "v2/projects/default");
  const standard = part(
    await saying(`${problem}: Error locating default project`, call),
    "project",
  );
  await saying(problem, moveInto(text(standard["id"]), members, api));
}

/** What to do to come from one list to another. */
export async function moveMembers(
  id: string,
  before: readonly Value[],
  after: readonly Value[],
  api: Api,
): Promise<void> {
  const gone = before.filter((urn) => !after.includes(urn));
  const added = after.filter((urn) => !before.includes(urn));
  if (gone.length > 0) await moveOut(gone, api);
  if (added.length > 0) {
    await saying(`Error assigning resources to project ${id}`, moveInto(id, added, api));
  }
}
