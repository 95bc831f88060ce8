import { pathOf } from "../../settings/catalog.ts";
import { type Config, type Secret } from "./configStacks.ts";
import { BASES, type Mistake, put, SECRETS } from "./mistakes.ts";

/** Conflicting settings, with the paths that their fixes may change. */
export interface Conflict extends Mistake {
  readonly changed: readonly string[];
}

type Changes = Readonly<Record<string, unknown>>;

function conflict(
  target: "local" | "digitalocean" | "ovh",
  setting: string,
  changes: Changes,
  changed: readonly string[] = [setting],
): Conflict {
  const config = Object.entries(changes).reduce<unknown>(
    (one, [path, value]) => put(one, pathOf(path), value),
    BASES[target],
  ) as Config;
  return { setting, path: pathOf(setting), config, changed };
}

const plain = (secret: Secret) => secret.text;
const SECRET_REF = `https://k/v1/secrets/${"2".repeat(36)}`;
const LONE_EDGE = { balancer: "edge", "edge.hosts": 1 };
const OCTAVIA = {
  balancer: "edge",
  "ovh.loadBalancerFlavor": "small",
  "ovh.persistence": "cookie",
};
const PROXIED = { "managed.proxyProtocol": true };

export const CONFLICTS: readonly Conflict[] = [
  conflict("local", "green.image", { green: undefined, canary: undefined }),
  conflict("local", "canary", { blue: undefined }, ["blue"]),
  conflict("local", "edge.previewPort", { "edge.previewPort": 9090 }),
  conflict("local", "balancer", { balancer: "managed" }),
  conflict("local", "digitalocean", { digitalocean: { region: "fra1" } }),
  conflict("local", "smoke", { smoke: [] }),
  conflict("local", "smoke[0]", { smoke: ["/health"] }, ["smoke"]),
  conflict("local", "release.prometheus", {
    "release.source": "prometheus",
    "release.prometheus": undefined,
  }),
  conflict("local", "release.windows[0].from", { "release.windows[0].from": "2026-12-24" }),
  conflict("local", "release.windows[0].to", { "release.windows[0].to": "2026-12-24" }),
  conflict("local", "release.notify[1].slack", {
    "release.notify[1]": { webhook: "https://a", slack: "https://b" },
  }),
  conflict("local", "release.notify[1].webhook", { "release.notify[1]": {} }),

  conflict("digitalocean", "digitalocean.region", { digitalocean: undefined }),
  conflict("digitalocean", "ovh", { ovh: { region: "GRA11" } }),
  conflict("digitalocean", "ssh.secret", { ssh: undefined }),
  conflict("digitalocean", "ssh.allowedCidrs", { ssh: undefined }),
  conflict("digitalocean", "ssh.secret", { "ssh.secret": plain(SECRETS[0]) }),
  conflict("digitalocean", "registry.password", { "registry.password": plain(SECRETS[1]) }),
  conflict("digitalocean", "canary", { canary: { weight: 5 } }, ["canary", "balancer"]),
  conflict("digitalocean", "tls", LONE_EDGE, ["tls", "edge.hosts"]),
  conflict("digitalocean", "managed", LONE_EDGE, ["managed", "edge.hosts"]),
  conflict("digitalocean", "managed.stickySeconds", {
    balancer: "edge",
    "managed.stickySeconds": 9,
  }),
  conflict("digitalocean", "tls.secretRef", { tls: { secretRef: SECRET_REF } }, [
    "tls.secretRef",
    "tls.certificate",
  ]),
  conflict("digitalocean", "tls", { "tls.certificate": "shop" }, [
    "tls.certificate",
    "tls.domains",
  ]),
  conflict("digitalocean", "tls", { "tls.domains": undefined }, ["tls.certificate", "tls.domains"]),
  conflict("digitalocean", "preview.allowedCidrs", PROXIED, [
    "preview.allowedCidrs",
    "managed.proxyProtocol",
  ]),
  conflict("digitalocean", "release.source", { "release.source": "edge" }),
  conflict("digitalocean", "release.steps", { "release.steps": ["5%"] }, [
    "release.steps",
    "balancer",
  ]),

  conflict("ovh", "ovh.region", { ovh: undefined }),
  conflict("ovh", "ovh.networkCidr", { "ovh.networkCidr": "10.9.0.0/26", "blue.count": 99 }),
  conflict("ovh", "managed.stickySeconds", { "managed.stickySeconds": 9 }, [
    "managed.stickySeconds",
    "ovh.persistence",
  ]),
  conflict("ovh", "managed.proxyProtocol", PROXIED),
  conflict("ovh", "tls", OCTAVIA, ["tls", "balancer"]),
  conflict("ovh", "managed", OCTAVIA, ["managed", "balancer"]),
  conflict("ovh", "ovh.persistence", OCTAVIA, ["ovh.persistence", "balancer"]),
  conflict("ovh", "tls.certificate", { "tls.certificate": "shop" }, [
    "tls.certificate",
    "tls.secretRef",
  ]),
  conflict("ovh", "tls.certificate", { tls: { certificate: "shop", redirect: false } }, [
    "tls.certificate",
    "tls.secretRef",
  ]),
  conflict("digitalocean", "tls.secretRef", { "tls.secretRef": SECRET_REF }),
  conflict("ovh", "tls.secretRef", { "tls.secretRef": undefined }),
  conflict("ovh", "tls.domains", { "tls.domains": undefined }, ["tls.domains", "tls.redirect"]),
];
