import type { Answer, Request } from "../../http/service.ts";
import { Refusal } from "../refusal.ts";
import { ok } from "./handler.ts";

type View = Readonly<Record<string, unknown>>;

const PAGE = 1000;
/** Parameters that are no filter. */
const OTHERS = ["limit", "marker", "sort", "fields", "page_reverse"];

/**
 * One page of what has the values that the query names, with a link to the next one.
 * @param name under which the page stands, such as `pools`
 */
export function listed({ query, path }: Request, name: string, all: readonly object[]): Answer {
  const found = (all as View[]).filter((view) => fits(view, query));
  const from = start(found, query.get("marker"));
  const limit = limitOf(query.get("limit"));
  const page = found.slice(from, from + limit);
  const last = page.at(-1);
  const isMore = last !== undefined && from + limit < found.length;
  const links = isMore ? { [`${name}_links`]: [next(path, query, String(last["id"]))] } : {};
  return ok({ [name]: page.map((view) => only(view, query.getAll("fields"))), ...links });
}

/** `loadbalancer_id` asks for what belongs to that load balancer. */
function fits(view: View, query: URLSearchParams): boolean {
  return [...query].every(([name, wanted]) => {
    if (OTHERS.includes(name)) return true;
    if (name === "loadbalancer_id") return JSON.stringify(view["loadbalancers"]).includes(wanted);
    return String(view[name]) === wanted;
  });
}

function start(views: readonly View[], marker: string | null): number {
  if (marker === null) return 0;
  const index = views.findIndex(({ id }) => id === marker);
  if (index < 0) throw new Refusal(400, `Supplied pagination marker '${marker}' is not valid.`);
  return index + 1;
}

function limitOf(text: string | null): number {
  const limit = text === null ? PAGE : Number(text);
  if (!Number.isInteger(limit) || limit < 0) {
    throw new Refusal(400, `Supplied pagination limit '${text}' is not valid.`);
  }
  return limit === 0 ? PAGE : Math.min(limit, PAGE);
}

function next(path: string, query: URLSearchParams, marker: string): object {
  const following = new URLSearchParams(query);
  following.set("marker", marker);
  return { rel: "next", href: `${path}?${following.toString()}` };
}

function only(view: View, fields: readonly string[]): View {
  if (fields.length === 0) return view;
  return Object.fromEntries(Object.entries(view).filter(([name]) => fields.includes(name)));
}
