import { closest, distance } from "fastest-levenshtein";

/** A value that would be right, for the remedy in a message; by path, list positions as `*`. */
const EXAMPLES: Readonly<Record<string, string>> = {
  target: "local",
  activeColor: "blue",
  "blue.image": "registry.example.com/app:1.4.2",
  "green.image": "registry.example.com/app:1.4.3",
  "blue.count": "2",
  "green.count": "2",
  "blue.env": '\'{"LOG_LEVEL": "info"}\'',
  "green.env": '\'{"LOG_LEVEL": "info"}\'',
  "app.port": "8000",
  "app.healthPath": "/health",
  "app.env": '\'{"LOG_LEVEL": "info"}\'',
  "app.user": "1000:1000",
  "app.memoryMb": "512",
  "app.cpus": "1",
  "app.pids": "256",
  "app.stopSeconds": "30",
  smoke: '\'[{"path": "/health"}]\'',
  "smoke[*].path": "/health",
  "smoke[*].status": "200",
  "smoke[*].contains": "welcome",
  "smoke[*].headers": '\'{"Accept": "text/html"}\'',
  "health.timeoutSeconds": "60",
  "health.intervalSeconds": "2",
  "canary.weight": "5",
  "canary.header": "x-canary",
  "canary.cookie": "canary=1",
  drainSeconds: "30",
  "edge.port": "8080",
  "edge.previewPort": "8081",
  "edge.colorHeader": "x-color",
  "edge.hosts": "2",
  "edge.size": "s-1vcpu-1gb",
  "edge.haproxy": "3.0",
  "blue.size": "s-1vcpu-1gb",
  "green.size": "s-1vcpu-1gb",
  balancer: "edge",
  "managed.stickySeconds": "0",
  "managed.proxyProtocol": "false",
  "managed.idleTimeoutSeconds": "60",
  "tls.certificate": "example-com",
  "tls.domains[*]": "app.example.com",
  "tls.secretRef": "https://key-manager.gra.cloud.ovh.net/v1/secrets/ID",
  "tls.redirect": "true",
  "preview.allowedCidrs[*]": "203.0.113.0/24",
  "digitalocean.region": "fra1",
  "digitalocean.size": "s-1vcpu-1gb",
  "digitalocean.image": "debian-13-x64",
  "digitalocean.project": "shop",
  "ovh.region": "GRA11",
  "ovh.flavor": "b3-8",
  "ovh.image": "'Debian 13'",
  "ovh.externalNetwork": "Ext-Net",
  "ovh.networkCidr": "10.20.0.0/16",
  "ovh.loadBalancerFlavor": "small",
  "ovh.persistence": "cookie",
  "ovh.artifactContainer": "shop-releases",
  "ssh.secret": '"$(openssl rand -hex 32)"',
  "ssh.previousSecret": "OLD",
  "ssh.allowedCidrs[*]": "203.0.113.0/24",
  "ssh.authorizedKeys[*]": '"$(cat ~/.ssh/id_ed25519.pub)"',
  "registry.server": "registry.example.com",
  "registry.username": "deploy",
  "registry.password": "PASSWORD",
  allowLiveChange: "false",
  "release.steps": '\'["1%", "25%"]\'',
  "release.steps[*]": "5%",
  "release.steps[*].weight": "5",
  "release.steps[*].durationSeconds": "60",
  "release.steps[*].minRequests": "100",
  "release.watchSeconds": "300",
  "release.maxErrorRate": "5",
  "release.maxLatencyRatio": "2",
  "release.confidence": "95",
  "release.source": "probe",
  "release.prometheus.url": "http://127.0.0.1:9090",
  "release.prometheus.requests": "'sum(http_requests_total{color=\"{{color}}\"})'",
  "release.prometheus.errors": '\'sum(http_requests_total{color="{{color}}",status=~"5.."})\'',
  "release.probe.path": "/health",
  "release.probe.ratePerSecond": "5",
  "release.approval": "true",
  "release.keepWarmMinutes": "60",
  "release.idleCount": "1",
  "release.windows[*].from": '"Fri 16:00"',
  "release.windows[*].to": '"Mon 08:00"',
  "release.windows[*].timeZone": "Europe/Paris",
  "release.hooks.beforeDeploy": '\'{"command": "./migrate.sh"}\'',
  "release.hooks.beforeSwitch": '\'{"command": "./smoke.sh"}\'',
  "release.hooks.afterSwitch": '\'{"command": "./purge.sh"}\'',
  "release.hooks.onRollback": '\'{"command": "./tell.sh"}\'',
  "release.notify[*]": '\'{"webhook": "https://example.com/hook"}\'',
  "release.store": "s3://releases",
};

/** Settings that hold others. */
export const GROUPS = [
  ...["blue", "green", "app", "health", "canary", "edge", "managed", "tls", "preview"],
  ...["digitalocean", "ovh", "ssh", "registry", "release"],
];

/** How the CLI is to keep a value; it refuses to guess where a name sounds like a secret. */
const KEPT: Readonly<Record<string, string>> = {
  "ssh.secret": "--secret ",
  "ssh.previousSecret": "--secret ",
  "registry.password": "--secret ",
  "tls.secretRef": "--plaintext ",
};

/** The path of a setting as `pulumi config set --path` takes it: `smoke[0].path`. */
export function settingPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, position) =>
      typeof key === "number" ? `[${key}]` : `${position > 0 ? "." : ""}${String(key)}`,
    )
    .join("");
}

/** What to type for a right value. */
export function remedy(setting: string): string {
  const example = EXAMPLES[setting.replaceAll(/\[\d+\]/g, "[*]")];
  if (example === undefined) {
    if (EXAMPLES[`${setting}[*]`] !== undefined) return remedy(`${setting}[0]`);
    const parent = setting.replace(/(\.[^.[]+|\[\d+\])$/, "");
    return parent === setting ? "" : remedy(parent);
  }
  const path = setting.includes(".") || setting.includes("[") ? "--path " : "";
  const quoted = setting.includes("[") ? `'${setting}'` : setting;
  return ` Set it: pulumi config set ${KEPT[setting] ?? ""}${path}${quoted} ${example}`;
}

/** The rule for a setting that does not exist, with the one that was probably meant. */
export function unknownSetting(setting: string): string {
  const examples = Object.keys(EXAMPLES).map((name) => name.replace(/\[.*$/, ""));
  const names = [...new Set(examples), ...GROUPS];
  const lastWord = (name: string) => name.slice(name.lastIndexOf(".") + 1);
  const near = closest(setting, names);
  const byLastWord = names.find(
    (name) => distance(lastWord(name).toLowerCase(), lastWord(setting).toLowerCase()) <= 2,
  );
  const meant = distance(near, setting) <= 2 ? near : byLastWord;
  const path = setting.includes(".") ? "--path " : "";
  return (
    `is no setting${meant ? `; did you mean ${meant}?` : "."} ` +
    `Remove it: pulumi config rm ${path}${setting}`
  );
}
