import { z } from "zod";
import { COLORS } from "../lib/color.ts";
import {
  group,
  numeric,
  oneOf,
  path,
  percentage,
  text,
  trueOrFalse,
  wholeNumber,
} from "./fields.ts";
import { HAPROXY_VERSIONS } from "./types.ts";
import { NETWORK_CIDR, privateRange } from "./networkRange.ts";
import { release } from "./releaseSchema.ts";

// Docker's own grammar of references, less what it only tells apart by length.
const image = text(
  "must name an image: name:tag, name@sha256:… or sha256:…",
  /^(sha256:[0-9a-f]{64}|[a-z0-9][a-zA-Z0-9._:/-]*(@sha256:[0-9a-f]{64})?)$/,
);

const headerName = /^[A-Za-z0-9!#$%&*+.^_|~-]+$/;
const nameAndValue = text(
  'must be a name, or "name: value", of letters, digits and dashes',
  /^[A-Za-z0-9_.-]+(\s*:\s*[^\s'"\\,;]+)?$/,
);
const cookie = text(
  "must be a name, or name=value, of letters, digits and dashes",
  /^[A-Za-z0-9_.-]+(=[^\s'"\\,;]+)?$/,
);

const RESERVED = ["DEPLOYMENT_COLOR", "PORT"];

const env = z.record(
  z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a name of letters, digits and _")
    .refine((name) => !RESERVED.includes(name), "is set by this program, and can't be set here"),
  z
    .union([z.string(), z.number(), z.boolean()], {
      error: "must be a text, a number or true/false",
    })
    .transform(String)
    .refine(
      (value) => !/[\r\n\0]/.test(value),
      "can't hold a line break; encode the value, for example with base64",
    ),
  { error: "must be an object of names and values" },
);

export const MAX_COUNT = 200;

// Slugs of regions and images: nyc3, debian-13-x64.
const slug = text("must be a slug of letters, digits, dots and dashes", /^[a-z0-9][a-z0-9.-]*$/);

// Of a droplet or an instance: s-2vcpu-4gb, b3-8, m1.small.
const size = text(
  "must be a size's name of letters, digits, dots, dashes and _",
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
);

const cidr = text("must be an address range such as 203.0.113.0/24", /^[0-9a-fA-F.:]+\/\d{1,3}$/);
const cidrs = z.array(cidr, { error: "must be a list of address ranges" });

const pool = group({
  image,
  count: wholeNumber(1, MAX_COUNT).default(2),
  env: env.default({}),
  size: size.exactOptional(),
});

const app = group({
  port: wholeNumber(1, 65535).default(8000),
  healthPath: path.default("/health"),
  env: env.default({}),
  user: text("must be uid or uid:gid, as numbers other than 0", /^([1-9]\d*(:\d+)?)?$/).default(""),
  memoryMb: wholeNumber(16, 1_048_576).default(512),
  cpus: numeric(
    z
      .number({ error: "must be a number from 0.1 to 256" })
      .min(0.1, "must be a number from 0.1 to 256")
      .max(256, "must be a number from 0.1 to 256"),
  ).default(1),
  pids: wholeNumber(8, 65536).default(256),
  stopSeconds: wholeNumber(1, 3600).default(30),
});

const smokeCheck = group({
  path,
  status: wholeNumber(100, 599).default(200),
  contains: z
    .string({ error: "must be a text" })
    .refine((value) => !/[\r\n]/.test(value), "must be a text of one line")
    .default(""),
  headers: z
    .record(
      z.string().regex(headerName, "must be a header's name"),
      z.string({ error: "must be a text" }).regex(/^[^\r\n]*$/, "must be a text of one line"),
      { error: "must be an object of header names and values" },
    )
    .default({}),
});

const health = group({
  timeoutSeconds: wholeNumber(1, 3600).default(60),
  intervalSeconds: wholeNumber(1, 60).default(2),
});

const canary = group({
  weight: percentage.default(0),
  header: nameAndValue.optional(),
  cookie: cookie.optional(),
});

// A stack file may hold it without quotes, as a number.
const haproxy = z.preprocess(
  (value) => (typeof value === "number" ? value.toFixed(1) : value),
  oneOf(HAPROXY_VERSIONS),
);

const edge = group({
  port: wholeNumber(1, 65535).exactOptional(),
  previewPort: wholeNumber(1, 65535).default(8081),
  colorHeader: text("must be a header's name, or empty for no header", /^[A-Za-z0-9_-]*$/).default(
    "x-color",
  ),
  hosts: wholeNumber(1, 2).default(2),
  size: size.exactOptional(),
  haproxy: haproxy.exactOptional(),
});

const digitalocean = group({
  region: slug,
  size: slug.default("s-1vcpu-1gb"),
  image: slug.default("debian-13-x64"),
  project: text("must be a name of at most 175 characters", /^.{1,175}$/).exactOptional(),
});

const name = text("must be a name of at most 255 characters", /^[^\r\n]{1,255}$/);
const ovh = group({
  region: text("must be a region such as GRA11", /^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  flavor: size.default("b3-8"),
  image: name.default("Debian 13"),
  externalNetwork: name.default("Ext-Net"),
  networkCidr: privateRange.default(NETWORK_CIDR),
  loadBalancerFlavor: name.exactOptional(),
  persistence: oneOf(["sourceIp", "cookie"] as const).exactOptional(),
  artifactContainer: text(
    "must be a container's name of at most 256 characters, without a slash",
    /^[^/\r\n]{1,256}$/,
  ).exactOptional(),
});

const sshSecret = text("must be a secret of at least 32 characters", /^\S{32,}$/);
const ssh = group({
  secret: sshSecret,
  previousSecret: sshSecret.exactOptional(),
  allowedCidrs: cidrs.min(1, "must hold the address range from which pulumi up runs"),
  authorizedKeys: z
    .array(
      text("must be a line of authorized_keys", /^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+( .*)?$/),
      {
        error: "must be a list of public keys",
      },
    )
    .default([]),
});

const registry = group({
  server: text("must be a registry's name, such as registry.example.com", /^[a-z0-9.-]+(:\d+)?$/),
  username: text("must be a name without spaces", /^\S+$/),
  password: text("must be a text of one line", /^[^\r\n]+$/),
});

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const domain = text(
  "must be a domain in small letters such as app.example.com or *.example.com",
  new RegExp(`^(?=.{1,253}$)(\\*\\.)?(${label}\\.)+${label}$`),
);

const tls = group({
  certificate: text(
    "must be the name of a certificate in the account",
    /^[A-Za-z0-9._-]+$/,
  ).exactOptional(),
  domains: z
    .array(domain, { error: "must be a list of domains" })
    .min(1, "must hold a domain")
    .exactOptional(),
  secretRef: text(
    "must be the URL of a container or a secret in the key manager",
    /^https?:\/\/[^\s/]+\/(\S+\/)?v1\/(containers|secrets)\/[0-9a-f-]{36}$/,
  ).exactOptional(),
  redirect: trueOrFalse.default(true),
});

const managed = group({
  stickySeconds: wholeNumber(0, 34650).default(0),
  proxyProtocol: trueOrFalse.default(false),
  idleTimeoutSeconds: wholeNumber(30, 600).default(60),
});

const preview = group({ allowedCidrs: cidrs.default([]) });

/**
 * The whole config of a stack, key by key. A default stands in Pulumi.yaml where its `config:` block
 * has a type for the key, and here for all others.
 */
export const schema = z.strictObject({
  target: oneOf(["local", "digitalocean", "ovh"] as const),
  activeColor: oneOf(COLORS),
  blue: pool.exactOptional(),
  green: pool.exactOptional(),
  app: app.prefault({}),
  smoke: z
    .array(smokeCheck, { error: "must be a list of checks" })
    .min(1, "must hold a check")
    .exactOptional(),
  health: health.prefault({}),
  canary: canary.exactOptional(),
  drainSeconds: wholeNumber(0, 3600),
  edge: edge.prefault({}),
  balancer: oneOf(["managed", "edge"] as const).exactOptional(),
  managed: managed.prefault({}),
  tls: tls.exactOptional(),
  preview: preview.prefault({}),
  digitalocean: digitalocean.exactOptional(),
  ovh: ovh.exactOptional(),
  ssh: ssh.exactOptional(),
  registry: registry.exactOptional(),
  release: release.prefault({}),
  allowLiveChange: trueOrFalse,
});

export type ParsedConfig = z.output<typeof schema>;
