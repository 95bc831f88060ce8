export const TARGETS = ["local", "digitalocean", "ovh"] as const;
export type TargetName = (typeof TARGETS)[number];

/** Targets whose hosts are machines, reached over SSH. */
export const CLOUDS = ["digitalocean", "ovh"] as const satisfies readonly TargetName[];

/** Defaults that depend on the target. */
export const DEFAULTS: Readonly<
  Record<TargetName, { readonly port: number; readonly balancer: "managed" | "edge" }>
> = {
  local: { port: 8080, balancer: "edge" },
  digitalocean: { port: 80, balancer: "managed" },
  ovh: { port: 80, balancer: "managed" },
};

/** In the documentation's format. */
export function defaultByTarget(name: keyof (typeof DEFAULTS)["local"]): string {
  return TARGETS.map((target) => `\`${DEFAULTS[target][name]}\` for \`${target}\``).join(", ");
}
