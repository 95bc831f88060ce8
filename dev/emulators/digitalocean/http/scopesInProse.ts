/** What a body may hold that needs a scope of its own. */
interface Body {
  readonly image?: unknown;
  readonly ssh_keys?: readonly unknown[] | null;
  readonly tags?: readonly unknown[] | null;
  readonly vpc_uuid?: string;
  readonly droplet_ids?: readonly unknown[] | null;
  readonly resources?: readonly unknown[];
}

/** The scopes that the description names in its prose only, by operation. */
const RULES: Readonly<Record<string, (body: Body) => (string | false)[]>> = {
  droplets_create: ({ ssh_keys: keys, tags, vpc_uuid: vpc }) => [
    "image:read",
    !!keys?.length && "ssh_key:read",
    !!tags?.length && "tag:create",
    !!vpc && "vpc:read",
  ],
  droplets_destroy_byTag: () => ["tag:read"],
  tags_assign_resources: () => ["droplet:update"],
  tags_unassign_resources: () => ["droplet:update"],
  firewalls_create: firewallScopes,
  firewalls_update: firewallScopes,
  projects_assign_resources: ({ resources }) => (resources ?? []).map(readScope),
};

/** Of one request, beside those that its operation always needs. */
export function scopesInProse(operationId: string, body: unknown): string[] {
  const scopes = RULES[operationId]?.(body ?? {}) ?? [];
  return scopes.filter((scope) => scope !== false);
}

function firewallScopes({ droplet_ids: ids, tags }: Body): (string | false)[] {
  return [!!ids?.length && "droplet:read", !!tags?.length && "tag:read"];
}

/** URNs have words of their own for two kinds. */
function readScope(urn: unknown): string {
  const kind = String(urn).split(":")[1] ?? "";
  const names: Record<string, string> = {
    loadbalancer: "load_balancer",
    floatingip: "reserved_ip",
  };
  return `${names[kind] ?? kind}:read`;
}
