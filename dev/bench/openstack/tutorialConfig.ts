import { type Color, COLORS } from "../../../lib/color.ts";
import { shellQuote } from "../../../lib/shell.ts";

const FILE = "/etc/haproxy/haproxy.cfg";

/** A file as tutorials have it: both colors' servers, and the one line that is edited for a switch. */
export function tutorialConfig(servers: Readonly<Record<Color, readonly string[]>>): string {
  return `global
  user haproxy
  group haproxy
  chroot /var/lib/haproxy

defaults
  mode http
  timeout connect 5s
  timeout client 50s
  timeout server 50s

frontend web
  bind *:80
  default_backend blue

${COLORS.map((color) => backend(color, servers[color])).join("\n")}`;
}

function backend(color: Color, servers: readonly string[]): string {
  const lines = servers.map((address, place) => `  server ${color}-${place + 1} ${address} check`);
  return `backend ${color}\n  balance roundrobin\n${lines.join("\n")}\n`;
}

/** What is typed for a switch. */
export function switchCommand(color: Color, how: "reload" | "restart"): string {
  const edit = `s/^\\( *default_backend\\) .*/\\1 ${color}/`;
  return `sudo sed -i '${edit}' ${FILE} && sudo systemctl ${how} haproxy`;
}

/**
 * For an instance that has the image already: Debian's package with its own systemd unit, as apt would
 * install it; the configuration comes by standard input.
 */
export function installation(image: string): string {
  const files = "{ dpkg -L haproxy; ldd /usr/sbin/haproxy | grep -o '/[^ ]*'; }";
  const regular = `${files} | while read -r file; do [ ! -f "$file" ] || echo "$file"; done`;
  const pack = `${regular} | tar --create --dereference --files-from -`;
  return [
    "set -e",
    "cloud-init status --wait >/dev/null",
    "sudo useradd --system --home-dir /var/lib/haproxy --create-home haproxy",
    `docker run --rm --network none --user root ${image} sh -c ${shellQuote(pack)} |
       sudo tar --extract --skip-old-files --directory /`,
    "sudo ldconfig",
    `sudo tee ${FILE} >/dev/null`,
    "sudo systemctl daemon-reload",
    "sudo systemctl enable --now haproxy",
  ].join("\n");
}
