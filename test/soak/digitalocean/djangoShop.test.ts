import { CloudAccount } from "../../helpers/cloudStack.ts";
import { BEHIND_TLS, describeShop, SHOP_APP, SHOP_HOST } from "../../helpers/describeShop.ts";
import { exampleSettings } from "../../helpers/exampleStack.ts";
import type { StackConfig } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

/** One host of each color, and its services on a droplet of their own. */
async function openShop(config: StackConfig) {
  const account = await CloudAccount.open();
  account.cloud.addDomain("example.com");
  const push = (tag: string) => account.push(tag);
  const { blue, ...others } = await exampleSettings("django-shop", SHOP_APP, push);
  const stack = await account.createStack({
    ...others,
    ...{ target: "digitalocean", blue: { ...blue, count: 1 } },
    ...config,
  });
  await stack.mustUp();
  return {
    ...{ account, stack, push, headers: BEHIND_TLS },
    expectServed: (report: Parameters<typeof expectUnharmed>[0]) =>
      expectUnharmed(report, "blue", "green"),
    close: () => account.close(),
  };
}

describeShop("the Django example behind DigitalOcean's balancer", async () => {
  const { account, ...shop } = await openShop({ tls: { domains: [SHOP_HOST] } });
  const [balancer] = await account.list<{ ip: string }>("load_balancers");
  const tls = { ca: account.cloud.authority, serverName: SHOP_HOST };
  return { ...shop, tls, url: `https://${balancer?.ip}` };
});

describeShop("the Django example on droplets behind an edge", async () => {
  const shop = await openShop({ balancer: "edge", edge: { hosts: 1 } });
  return { ...shop, url: String((await shop.stack.outputs())["url"]) };
});
