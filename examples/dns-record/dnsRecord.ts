import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";

/** Leads `www` of a domain to where users come in; `url` is the output of `blueGreen()`. */
export function dnsRecord(domain: string, url: pulumi.Output<string>): digitalocean.DnsRecord {
  return new digitalocean.DnsRecord("www", {
    domain,
    type: "A",
    name: "www",
    value: url.apply((known) => new URL(known).hostname),
    ttl: 300,
  });
}
