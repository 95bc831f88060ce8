import { blueGreen } from "blue-green";
import { dnsRecord } from "./dnsRecord.ts";

export const { url, previewUrl, activeColor, idleColor, pools, canary, monthlyCost, release } =
  await blueGreen();

export const address = dnsRecord("example.com", url).fqdn;
