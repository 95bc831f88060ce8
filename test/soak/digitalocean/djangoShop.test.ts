import type { LoadReport } from "../../../load/index.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { BEHIND_TLS, describeShop, SHOP_APP, SHOP_BY_HTTP } from "../../helpers/describeShop.ts";
import { exampleSettings } from "../../helpers/exampleStack.ts";
import type { StackConfig } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

/** One host of each color, and its services on a droplet of their own. */
async function openShop(app: object, config: StackConfig) {
  const account = await CloudAccount.open();
  const push = (tag: string) => account.push(tag);
  const { blue, ...others } = await exampleSettings("django-shop", app, push);
  const stack = await account.createStack({
    ...others,
    ...{ target: "digitalocean", blue: { ...blue, count: 1 } },
    ...config,
  });
  await stack.mustUp();
  return {
    ...{ stack, push, headers: BEHIND_TLS, url: String((await stack.outputs())["url"]) },
    expectServed: (report: LoadReport) => expectUnharmed(report, "blue", "green"),
    close: () => account.close(),
  };
}

describeShop("the Django example behind DigitalOcean's balancer", () => openShop(SHOP_BY_HTTP, {}));

describeShop("the Django example on droplets behind an edge", () =>
  openShop(SHOP_APP, { balancer: "edge", edge: { hosts: 1 } }),
);
