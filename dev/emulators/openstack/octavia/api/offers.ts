import { FLAVORS, type Quotas, QUOTAS } from "../options.ts";
import { only } from "../refusal.ts";
import { ok, type Routes } from "./handler.ts";

/** What a project may choose from, and how much it may have. */
export const offerRoutes: Routes = {
  "GET providers": () =>
    ok({
      providers: [
        { name: "amphora", description: "The Octavia Amphora driver." },
        { name: "octavia", description: "Deprecated alias of the Octavia Amphora driver." },
      ],
    }),
  "GET flavors": ({ query }) => {
    const name = query.get("name");
    const found = FLAVORS.filter((it) => name === null || it.name === name);
    return ok({ flavors: found.map((it) => ({ ...it, enabled: true })) });
  },
  "GET flavors/{}": (_, _state, id = "") => {
    const flavor = only(
      FLAVORS.find((it) => it.id === id),
      "Flavor",
      id,
    );
    return ok({ flavor: { ...flavor, enabled: true } });
  },
  "GET quotas/defaults": () => ok({ quota: quotaView(QUOTAS) }),
  "GET quotas/{}": (_, state) => ok({ quota: quotaView(state.options.quotas) }),
};

/** Two of them have an older name too. */
function quotaView(quotas: Readonly<Quotas>): object {
  const { loadbalancer, healthmonitor } = quotas;
  return { ...quotas, load_balancer: loadbalancer, health_monitor: healthmonitor };
}
