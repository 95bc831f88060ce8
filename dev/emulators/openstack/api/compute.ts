import type { Cloud } from "../cloud/cloud.ts";
import type { Refusal } from "../http/refusal.ts";
import { RoutedService } from "../http/routes.ts";
import type { Answer, Request, Service } from "../http/service.ts";
import { computeLimitRoutes } from "./computeLimits.ts";
import { flavorRoutes } from "./flavors.ts";
import { keypairRoutes } from "./keypairs.ts";
import { serverActionRoutes } from "./serverActions.ts";
import { serverRoutes } from "./servers.ts";

const OLDEST = 1;
/** The last one at which a server's flavor is still an id. */
const NEWEST = 46;

/** Nova 2.1 to 2.46; whatever the microversion, it answers as at the newest. */
export class Compute implements Service {
  readonly type = "compute";
  readonly #routed: RoutedService;

  constructor(cloud: Cloud) {
    this.#routed = new RoutedService({
      type: this.type,
      refused: computeRefusal,
      violations: cloud.options.violations,
      routes: {
        "GET /v2.1": () => ({ status: 200, body: { version: VERSION } }),
        ...flavorRoutes,
        ...keypairRoutes(cloud),
        ...serverRoutes(cloud),
        ...serverActionRoutes(cloud),
        ...computeLimitRoutes(cloud),
      },
    });
  }

  async handle(request: Request): Promise<Answer> {
    const wanted = microversion(request);
    if (wanted < OLDEST || wanted > NEWEST) {
      const message =
        `Version 2.${wanted} is not supported by the API. ` +
        `Minimum is 2.${OLDEST} and maximum is 2.${NEWEST}.`;
      return { status: 406, body: { computeFault: { code: 406, message } } };
    }
    const answer = await this.#routed.handle(request);
    const version = {
      "x-openstack-nova-api-version": `2.${wanted}`,
      vary: "OpenStack-API-Version",
    };
    return { ...answer, headers: { ...version, ...answer.headers } };
  }
}

const VERSION = {
  ...{ id: "v2.1", status: "CURRENT", version: `2.${NEWEST}`, min_version: "2.1" },
  ...{ updated: "2013-07-23T11:33:21Z", links: [] },
};

/** Nova's names of errors. */
const NAMES: Readonly<Record<number, string>> = {
  400: "badRequest",
  403: "forbidden",
  404: "itemNotFound",
  409: "conflictingRequest",
};

function computeRefusal({ status, message }: Refusal): object {
  return { [NAMES[status] ?? "computeFault"]: { code: status, message } };
}

/** The number behind `2.`; 2.1 where none is asked for. */
function microversion({ headers }: Request): number {
  const asked = headers["openstack-api-version"]?.replace("compute ", "");
  const [, minor = "1"] = (asked ?? headers["x-openstack-nova-api-version"] ?? "2.1").split(".");
  return Number(minor);
}
