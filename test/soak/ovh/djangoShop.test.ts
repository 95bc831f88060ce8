import { Authority } from "../../../dev/emulators/digitalocean/plane/certificate.ts";
import type { LoadReport } from "../../../load/index.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { BEHIND_TLS, describeShop, SHOP_APP, SHOP_HOST } from "../../helpers/describeShop.ts";
import { exampleSettings } from "../../helpers/exampleStack.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import { storeCertificate } from "../../helpers/storedCertificate.ts";
import type { StackConfig } from "../../helpers/testStack.ts";
import { expectFewCut, expectUnharmed } from "../../helpers/traffic.ts";

/** One host of each color, and its services on an instance of their own. */
async function openShop(config: StackConfig) {
  const project = await CloudProject.open();
  const push = (tag: string) => project.push(tag);
  const { blue, ...others } = await exampleSettings("django-shop", SHOP_APP, push);
  const stack = await project.createStack({
    ...others,
    ...{ target: "ovh", blue: { ...blue, count: 1 } },
    ...config,
  });
  await stack.mustUp();
  const url = String((await stack.outputs())["url"]);
  return { project, stack, push, url, headers: BEHIND_TLS, close: () => project.close() };
}

describeShop("the Django example behind Octavia", async () => {
  const { project, ...shop } = await openShop({});
  const authority = new Authority("tests");
  const client = await OpenStackClient.at(project.cloud);
  const secretRef = await storeCertificate(client, authority.issue([SHOP_HOST]));
  await shop.stack.set({ tls: { secretRef, domains: [SHOP_HOST] } });
  await shop.stack.mustUp();
  return {
    ...shop,
    url: shop.url.replace("http:", "https:"),
    tls: { ca: authority.certificate, serverName: SHOP_HOST },
    // Octavia does not say which color has answered.
    expectServed: (report: LoadReport) => expectFewCut(report),
  };
});

describeShop("the Django example on instances behind an edge", async () => {
  const shop = await openShop({ balancer: "edge", edge: { hosts: 1 } });
  return {
    ...shop,
    expectServed: (report: LoadReport) => expectUnharmed(report, "blue", "green"),
  };
});
