import type { Answer, Request } from "../http/service.ts";
import type { Handler, Routes } from "./api/handler.ts";
import { healthMonitorRoutes } from "./api/healthMonitors.ts";
import { policyRoutes } from "./api/l7policies.ts";
import { ruleRoutes } from "./api/l7rules.ts";
import { listenerRoutes } from "./api/listeners.ts";
import { loadBalancerRoutes } from "./api/loadBalancers.ts";
import { memberBatchRoutes } from "./api/memberBatch.ts";
import { memberRoutes } from "./api/members.ts";
import { offerRoutes } from "./api/offers.ts";
import { poolRoutes } from "./api/pools.ts";
import { statusRoutes } from "./api/statusTree.ts";
import type { State } from "./cloud/state.ts";
import { refusalOf } from "./refusal.ts";

const ROUTES: Routes = {
  ...{ ...loadBalancerRoutes, ...statusRoutes, ...listenerRoutes, ...poolRoutes },
  ...{ ...memberRoutes, ...memberBatchRoutes, ...healthMonitorRoutes },
  ...{ ...policyRoutes, ...ruleRoutes, ...offerRoutes },
};

/** An exact path goes before one with braces. */
const COMPILED = Object.entries(ROUTES)
  .sort(([one], [other]) => one.split("{}").length - other.split("{}").length)
  .map(([route, handler]) => {
    const [method = "", path = ""] = route.split(" ");
    return { method, path: new RegExp(`^${path.replaceAll("{}", "([^/]+)")}$`), handler };
  });

const VERSIONS = {
  versions: ["v2.0", "v2.13"].map((id) => ({
    id,
    status: id === "v2.13" ? "CURRENT" : "SUPPORTED",
    updated: "2019-09-13T00:00:00Z",
    links: [],
  })),
};

/** Answers a request below Octavia's endpoint. @throws Error for one that is not emulated */
export async function answer(state: State, request: Request): Promise<Answer> {
  if (/^(\/v2(\.0)?)?\/?$/.test(request.path)) return { status: 200, body: VERSIONS };
  const { handler, ids } = route(request);
  try {
    return await handler(request, state, ...ids);
  } catch (error) {
    const refused = refusalOf(error);
    if (refused) return refused;
    throw error;
  }
}

/** The older `lbaas/` may stand before a path. */
function route({ method, path }: Request): { handler: Handler; ids: string[] } {
  const below = /^\/v2(?:\.0)?\/(?:lbaas\/)?(.+?)\/?$/.exec(path)?.[1] ?? "";
  for (const it of COMPILED) {
    const match = it.method === method ? it.path.exec(below) : null;
    if (match) return { handler: it.handler, ids: match.slice(1) };
  }
  throw new Error(`Octavia's ${method} ${path} is not emulated.`);
}
