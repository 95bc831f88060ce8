import type { LoadReport } from "../../../load/index.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { BEHIND_TLS, describeShop, SHOP_APP, SHOP_BY_HTTP } from "../../helpers/describeShop.ts";
import { exampleSettings } from "../../helpers/exampleStack.ts";
import type { StackConfig } from "../../helpers/testStack.ts";
import { expectFewCut, expectUnharmed } from "../../helpers/traffic.ts";

/** One host of each color, and its services on an instance of their own. */
async function openShop(app: object, config: StackConfig) {
  const project = await CloudProject.open();
  const push = (tag: string) => project.push(tag);
  const { blue, ...others } = await exampleSettings("django-shop", app, push);
  const stack = await project.createStack({
    ...others,
    ...{ target: "ovh", blue: { ...blue, count: 1 } },
    ...config,
  });
  await stack.mustUp();
  const url = String((await stack.outputs())["url"]);
  return { stack, push, url, headers: BEHIND_TLS, close: () => project.close() };
}

describeShop("the Django example behind Octavia", async () => ({
  ...(await openShop(SHOP_BY_HTTP, {})),
  // Octavia does not say which color has answered.
  expectServed: (report: LoadReport) => expectFewCut(report),
}));

describeShop("the Django example on instances behind an edge", async () => ({
  ...(await openShop(SHOP_APP, { balancer: "edge", edge: { hosts: 1 } })),
  expectServed: (report: LoadReport) => expectUnharmed(report, "blue", "green"),
}));
