import type { Values } from "../../provider/values.ts";
import type { Answer, Json } from "../api.ts";
import { text } from "../text.ts";
import { isAnswer, list, part } from "./fields.ts";

/**
 * What the API tells of a droplet. The image is left out on purpose: a slug moves on to newer
 * images, and that is no change of the droplet.
 */
export function dropletState(answer: Answer): Values {
  const droplet = part(answer, "droplet");
  const size = isAnswer(droplet["size"]) ? droplet["size"] : {};
  const region = isAnswer(droplet["region"]) ? droplet["region"] : {};
  const publicAddress = address(droplet, "v4", "public");
  return {
    name: text(droplet["name"]),
    dropletUrn: `do:droplet:${text(droplet["id"])}`,
    region: text(region["slug"]),
    size: text(size["slug"] ?? droplet["size_slug"]),
    priceHourly: Number(size["price_hourly"] ?? 0),
    priceMonthly: Number(size["price_monthly"] ?? 0),
    disk: Number(droplet["disk"] ?? 0),
    vcpus: Number(droplet["vcpus"] ?? 0),
    memory: Number(droplet["memory"] ?? 0),
    status: text(droplet["status"]),
    locked: droplet["locked"] === true,
    createdAt: text(droplet["created_at"]),
    vpcUuid: text(droplet["vpc_uuid"]),
    ipv4Address: publicAddress,
    ipv4AddressPrivate: address(droplet, "v4", "private"),
    ipv6Address: address(droplet, "v6", "public").toLowerCase(),
    publicNetworking: publicAddress !== "",
    ...features(droplet["features"]),
    volumeIds: list(droplet["volume_ids"]),
    tags: list(droplet["tags"]),
  };
}

function features(names: Json | undefined): Values {
  if (!Array.isArray(names)) return {};
  return {
    backups: names.includes("backups"),
    ipv6: names.includes("ipv6"),
    privateNetworking: names.includes("private_networking"),
    monitoring: names.includes("monitoring"),
  };
}

function address(droplet: Answer, version: "v4" | "v6", type: string): string {
  const networks = isAnswer(droplet["networks"]) ? droplet["networks"] : {};
  const found = list(networks[version]).find(
    (network) => isAnswer(network) && network["type"] === type,
  );
  return isAnswer(found) ? text(found["ip_address"]) : "";
}
