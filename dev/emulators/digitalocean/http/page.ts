import { ok, type Reply, type Request } from "./handler.ts";

const DEFAULT_PER_PAGE = 20;

interface Links {
  first?: string;
  prev?: string;
  next?: string;
  last?: string;
}

/** One page of a list under its key, with the vendor's links to the others and the total. */
export function page(request: Request, key: string, all: readonly object[]): Reply {
  const { page: number = 1, per_page: size = DEFAULT_PER_PAGE } = request.parameters;
  const from = (Number(number) - 1) * Number(size);
  const links = linksOf(request.url, Number(number), Math.ceil(all.length / Number(size)));
  return ok({
    [key]: all.slice(from, from + Number(size)),
    links: Object.keys(links).length > 0 ? { pages: links } : {},
    meta: { total: all.length },
  });
}

function linksOf(url: URL, page: number, last: number): Links {
  const to = (target: number): string => {
    const link = new URL(url);
    link.searchParams.set("page", String(target));
    return link.href;
  };
  return {
    ...(page > 1 && { first: to(1), prev: to(page - 1) }),
    ...(page < last && { next: to(page + 1), last: to(last) }),
  };
}
