import { z } from "zod";
import { group, line, listOf, oneOf, text, trueOrFalse, wholeNumber } from "./fields.ts";
import { size } from "./appSchema.ts";
import { NETWORK_CIDR, privateRange } from "./networkRange.ts";
import { HAPROXY_VERSIONS } from "./types.ts";
import { CLOUDS, defaultByTarget, DEFAULTS } from "./targets.ts";

// A stack file may hold it unquoted, as a number.
const haproxyVersion = z.preprocess(
  (value) => (typeof value === "number" ? value.toFixed(1) : value),
  oneOf(HAPROXY_VERSIONS),
);

/** They frame a message or concern one connection; a client would misread the response. */
const PROTOCOL_HEADERS = [
  ...["connection", "content-encoding", "content-length", "content-range", "content-type", "date"],
  ...["host", "keep-alive", "location", "proxy-authenticate", "proxy-authorization"],
  ...["proxy-connection", "set-cookie", "status", "te", "trailer", "transfer-encoding", "upgrade"],
];

/** Settings of the balancers, and settings that only apply in a cloud. */

export const edge = group({
  port: wholeNumber(1, 65535)
    .exactOptional()
    .meta({
      example: DEFAULTS.local.port,
      defaultsTo: defaultByTarget("port"),
    })
    .describe("port for users, on all addresses of the machine; in a cloud, the balancer's"),
  previewPort: wholeNumber(1, 65535)
    .default(8081)
    .describe("port that always leads to the idle color, on the loopback address"),
  colorHeader: text("a header's name, or empty for no header", /^[A-Za-z0-9_-]*$/)
    .refine(
      (name) => !PROTOCOL_HEADERS.includes(name.toLowerCase()),
      "must be a header's name of your own, because this one belongs to HTTP itself",
    )
    .default("x-color")
    .meta({ form: "header name, or empty" })
    .describe("response header that names the serving color; empty for none"),
  hosts: wholeNumber(1, 2)
    .default(2)
    .describe("in a cloud: number of machines that run the edge, if `balancer` is `edge`"),
  size: size
    .exactOptional()
    .meta({ defaultsTo: "the hosts'" })
    .describe("in a cloud: the size of these machines"),
  haproxy: haproxyVersion
    .exactOptional()
    .meta({ form: "`2.6` or `3.0`", example: "3.0", defaultsTo: "the hosts' Debian's" })
    .describe(
      "HAProxy version of the stack; on one machine an existing balancer keeps its version",
    ),
  packageDate: text("a day such as 2026-11-28", /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
    .exactOptional()
    .meta({
      form: "day",
      example: { command: "date +%F" },
      defaultsTo: "none; packages of the first build",
    })
    .describe("a new day builds the edge's image anew, with the packages that Debian has then"),
});

export const managed = group({
  stickySeconds: wholeNumber(0, 34650)
    .default(0)
    .describe("`digitalocean`: how long a cookie keeps a client on its host; 0 for no cookie"),
  proxyProtocol: trueOrFalse
    .default(false)
    .describe("`digitalocean`: passes the client's address to hosts by the PROXY protocol"),
  idleTimeoutSeconds: wholeNumber(30, 600)
    .default(60)
    .describe("how long an idle connection to a host stays open"),
})
  .prefault({})
  .meta({ targets: CLOUDS });

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const domain = text(
  "a domain in lower case such as app.example.com or *.example.com",
  new RegExp(`^(?=.{1,253}$)(\\*\\.)?(${label}\\.)+${label}$`),
).meta({ example: "app.example.com" });

export const tls = group({
  certificate: text("the name of a certificate in the account", /^[A-Za-z0-9._-]+$/)
    .exactOptional()
    .meta({ form: "name", example: "example-com" })
    .describe("`digitalocean`: a certificate in the account; turns HTTPS on"),
  domains: listOf(domain, "domains")
    .min(1, "must have at least one domain")
    .exactOptional()
    .describe(
      "`digitalocean`: instead, domains in the account's DNS for which Let's Encrypt issues a certificate; " +
        "`ovh`: the domains of the certificate; HTTP is redirected to the first",
    ),
  secretRef: text(
    "the URL of a container or a secret in the key manager",
    /^https?:\/\/[^\s/]+\/(\S+\/)?v1\/(containers|secrets)\/[0-9a-f-]{36}$/,
  )
    .exactOptional()
    .meta({
      form: "URL",
      example:
        "https://key-manager.gra.cloud.ovh.net/v1/secrets/00000000-0000-4000-8000-000000000000",
      storage: "plaintext",
    })
    .describe("`ovh`: where the key manager (Barbican) keeps certificate and key; turns HTTPS on"),
  redirect: trueOrFalse.default(true).describe("HTTP to HTTPS; on `ovh`, false closes HTTP"),
})
  .exactOptional()
  .meta({ targets: CLOUDS });

const cidr = text("an address range such as 203.0.113.0/24", /^[0-9a-fA-F.:]+\/\d{1,3}$/).meta({
  example: "203.0.113.0/24",
});
const cidrs = listOf(cidr, "address ranges");

export const preview = group({
  allowedCidrs: cidrs.default([]).describe("addresses that may use `previewUrl`"),
})
  .prefault({})
  .meta({ targets: CLOUDS });

// Slugs of regions and images: nyc3, debian-13-x64.
const slug = text("a slug of letters, digits, dots and dashes", /^[a-z0-9][a-z0-9.-]*$/).meta({
  form: "slug",
});

const OF_EACH = "; `blue.size`, `green.size` and `edge.size` take precedence";

export const digitalocean = group({
  region: slug.meta({ example: "fra1" }).describe("region, such as `fra1`"),
  size: slug.default("s-1vcpu-1gb").describe(`size of each droplet${OF_EACH}`),
  servicesSize: slug
    .exactOptional()
    .meta({ example: "s-2vcpu-4gb", defaultsTo: "`digitalocean.size`" })
    .describe("size of the droplet of `services`; another one restarts it"),
  image: slug.default("debian-13-x64").describe("image of the droplets, with apt and cloud-init"),
  project: text("a name of at most 175 characters", /^.{1,175}$/)
    .exactOptional()
    .meta({ form: "name", example: "shop" })
    .describe("project in the account that lists the resources; created if it is missing"),
})
  .exactOptional()
  .meta({ targets: ["digitalocean"] });

const name = text("a name of at most 255 characters", /^[^\r\n]{1,255}$/).meta({ form: "name" });

export const ovh = group({
  region: text("a region such as GRA11", /^[A-Za-z0-9][A-Za-z0-9._-]*$/)
    .meta({ form: "region", example: "GRA11" })
    .describe("region, such as `GRA11`"),
  flavor: size
    .default("b3-8")
    .meta({ example: "b3-8" })
    .describe(`flavor of each instance${OF_EACH}`),
  servicesFlavor: size
    .exactOptional()
    .meta({ example: "b3-16", defaultsTo: "`ovh.flavor`" })
    .describe("flavor of the instance of `services`; another one restarts it"),
  image: name.default("Debian 13").describe("image of the instances, with apt and cloud-init"),
  externalNetwork: name.default("Ext-Net").describe("the network that leads to the internet"),
  networkCidr: privateRange
    .default(NETWORK_CIDR)
    .describe("range of the stack's own network; can't change while there are hosts"),
  loadBalancerFlavor: name
    .exactOptional()
    .meta({ example: "small", defaultsTo: "the cloud's" })
    .describe("flavor of Octavia's balancer: `small`, `medium`, `large` at OVH"),
  persistence: oneOf(["sourceIp", "cookie"])
    .exactOptional()
    .meta({ example: "cookie" })
    .describe("how Octavia keeps a client on one host: by its address or by a session cookie"),
  artifactContainer: text(
    "a container's name of at most 256 characters, without a slash",
    /^[^/\r\n]{1,256}$/,
  )
    .exactOptional()
    .meta({ form: "name", example: "shop-releases" })
    .describe("container in object storage (Swift) that stores a record of each release"),
})
  .exactOptional()
  .meta({ targets: ["ovh"] });

const sshSecret = text("a secret of at least 32 characters", /^\S{32,}$/).meta({
  form: "32 characters or more, secret",
  storage: "secret",
});

export const ssh = group({
  secret: sshSecret
    .meta({ example: { command: "openssl rand -hex 32" } })
    .describe("the secret from which all SSH keys are derived"),
  previousSecret: sshSecret
    .exactOptional()
    .meta({ example: { command: "pulumi config get --path ssh.secret" } })
    .describe("the previous secret; hosts accept it until the next `up` has ended"),
  allowedCidrs: cidrs
    .min(1, "must have the address range from which pulumi up runs")
    .describe("addresses that may use SSH; must include the machine that runs `pulumi up`"),
  authorizedKeys: listOf(
    text("a line of authorized_keys", /^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+( .*)?$/).meta({
      example: { command: "cat ~/.ssh/id_ed25519.pub" },
    }),
    "public keys",
  )
    .default([])
    .describe("public keys of people who may log in as `deploy`"),
})
  .exactOptional()
  .meta({ targets: CLOUDS });

export const registry = group({
  server: text("a registry's name, such as registry.example.com", /^[a-z0-9.-]+(:\d+)?$/)
    .meta({ form: "host name", example: "registry.example.com" })
    .describe("private registry of the app's images"),
  username: text("a name without spaces", /^\S+$/).meta({ example: "deploy" }).describe("its user"),
  password: line
    .min(1, "must be a text of one line")
    .meta({ form: "text, secret", example: "PASSWORD", storage: "secret" })
    .describe("the user's password"),
})
  .exactOptional()
  .meta({ targets: CLOUDS });
