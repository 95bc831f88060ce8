import { blueGreen } from "blue-green";
import { dnsRecord } from "./dnsRecord.ts";

export const {
  url,
  previewUrl,
  activeColor,
  idleColor,
  pools,
  canary,
  services,
  monthlyCost,
  release,
} = await blueGreen();

export const address = dnsRecord("example.com", url).fqdn;
