import {
  between,
  digest,
  lower,
  NAME,
  notEmpty,
  oneOf,
  output,
  TAGS,
  type Schema,
} from "../schema.ts";

const MODES = ["PARTITION_MODE_SPX_NPS1", "PARTITION_MODE_DPX_NPS2"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** `digitalocean_droplet` (droplet/resource_droplet.go). */
export const DROPLET: Schema = {
  image: { type: "string", input: "required", replaces: true, rule: notEmpty },
  name: NAME,
  region: {
    type: "string",
    input: "optional",
    computed: true,
    replaces: true,
    kept: lower,
    rule: notEmpty,
  },
  size: { type: "string", input: "required", kept: lower, rule: notEmpty },
  gracefulShutdown: { type: "boolean", input: "optional", fallback: false },
  resizeDisk: { type: "boolean", input: "optional", fallback: true },
  backups: { type: "boolean", input: "optional", fallback: false },
  backupPolicy: {
    type: "object",
    input: "optional",
    fields: {
      plan: { type: "string", input: "optional", rule: oneOf("daily", "weekly") },
      weekday: { type: "string", input: "optional", rule: oneOf(...DAYS) },
      hour: { type: "integer", input: "optional", rule: between(0, 20) },
    },
  },
  ipv6: { type: "boolean", input: "optional", fallback: false },
  ipv6Address: { type: "string", input: "optional", computed: true },
  privateNetworking: { type: "boolean", input: "optional", computed: true },
  publicNetworking: { type: "boolean", input: "optional", computed: true, replaces: true },
  sshKeys: {
    type: "set",
    input: "optional",
    replaces: true,
    of: { type: "string", rule: notEmpty },
  },
  // The state holds a digest only; older ones hold the text.
  userData: {
    type: "string",
    input: "optional",
    replaces: true,
    rule: notEmpty,
    kept: digest,
  },
  volumeIds: { type: "set", input: "optional", computed: true, of: { type: "string" } },
  monitoring: { type: "boolean", input: "optional", replaces: true, fallback: false },
  dropletAgent: { type: "boolean", input: "optional", replaces: true },
  tags: TAGS,
  vpcUuid: { type: "string", input: "optional", computed: true, replaces: true, rule: notEmpty },
  gpuPartitionMode: {
    type: "string",
    input: "optional",
    replaces: true,
    rule: oneOf(...MODES),
  },
  createdAt: output("string"),
  dropletUrn: output("string"),
  disk: output("integer"),
  vcpus: output("integer"),
  memory: output("integer"),
  priceHourly: output("number"),
  priceMonthly: output("number"),
  status: output("string"),
  locked: output("boolean"),
  ipv4Address: output("string"),
  ipv4AddressPrivate: output("string"),
};
