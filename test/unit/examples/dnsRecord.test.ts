import { readFile } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { packageFile } from "../../../lib/packageFolder.mjs";
import { dnsRecord } from "../../../examples/dns-record/dnsRecord.ts";
import { recordResources } from "../../helpers/mocks.ts";

describe("the example with a DNS record", () => {
  it("points the name to the balancer's address", async () => {
    const recorder = await recordResources({});
    dnsRecord("example.com", pulumi.output("http://203.0.113.10"));
    const [record] = await recorder.registrations();
    expect(record).to.deep.include({
      type: "digitalocean:index/dnsRecord:DnsRecord",
      inputs: { domain: "example.com", type: "A", name: "www", value: "203.0.113.10", ttl: 300 },
    });
  });

  it("matches docs/components.md", async () => {
    const page = await readFile(packageFile("docs/components.md"), "utf8");
    for (const file of ["index.ts", "dnsRecord.ts"]) {
      const text = await readFile(packageFile(`examples/dns-record/${file}`), "utf8");
      expect(page).to.include(`\`${file}\`:\n\n\`\`\`ts\n${text}\`\`\``);
    }
  });
});
