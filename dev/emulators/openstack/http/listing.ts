/** Say which part of a list is wanted in which order, not what is in it. */
const PAGING = ["limit", "marker", "sort_key", "sort_dir", "page_reverse", "fields"];

type View = Readonly<Record<string, unknown>>;

/**
 * What a query leaves of a list: those whose fields have the values that it names, from `marker`
 * on, `limit` at most. `sort_key` and `fields` are passed over: the order is that of creation.
 */
export function listed(views: readonly object[], query: URLSearchParams): object[] {
  const wanted = [...query].filter(([name]) => !PAGING.includes(name));
  const all = views.filter((view) => wanted.every(([name, value]) => fits(view, name, value)));
  const marker = query.get("marker");
  const from = marker === null ? 0 : all.findIndex((view) => (view as View)["id"] === marker) + 1;
  const limit = Number(query.get("limit") ?? all.length);
  return all.slice(from, from + limit);
}

function fits(view: object, name: string, wanted: string): boolean {
  const value = (view as View)[name];
  if (name === "fixed_ips") return fitsFixedIp(value as readonly View[], wanted);
  if (Array.isArray(value)) return wanted.split(",").every((part) => value.includes(part));
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  return text.toLowerCase() === wanted.toLowerCase();
}

/** Such as `ip_address=10.0.0.5`. */
function fitsFixedIp(fixedIps: readonly View[], wanted: string): boolean {
  const [name = "", value] = wanted.split("=");
  return fixedIps.some((fixedIp) => fixedIp[name] === value);
}
