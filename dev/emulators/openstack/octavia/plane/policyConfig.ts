import type { PlacedListener, PlacedPolicy, PlacedPool, RuleSettings } from "./balancers.ts";

const MATCH: Readonly<Record<RuleSettings["compare_type"], string>> = {
  EQUAL_TO: "-m str ",
  STARTS_WITH: "-m beg ",
  ENDS_WITH: "-m end ",
  CONTAINS: "-m sub ",
  REGEX: "-m reg ",
};

/**
 * The policies of a frontend in their order. HAProxy itself looks at all that reject before those that
 * redirect, and at those that choose a pool last. A policy without a rule that is on does nothing.
 */
export function l7policies(listener: PlacedListener, pools: readonly PlacedPool[]): string {
  return listener.policies
    .filter(({ settings }) => settings.admin_state_up)
    .map((policy) => {
      const does = action(policy, listener.id, pools);
      const rules = policy.rules.filter(({ settings }) => settings.admin_state_up);
      if (does === undefined || rules.length === 0) return "";
      const acls = rules.map(({ id, settings }) => `  acl ${id} ${condition(settings)}\n`);
      const all = rules.map(({ id, settings }) => ` ${settings.invert ? "!" : ""}${id}`);
      return `${acls.join("")}  ${does} if${all.join("")}\n`;
    })
    .join("");
}

/** Undefined where the pool is switched off. */
function action(
  { settings }: PlacedPolicy,
  listenerId: string,
  pools: readonly PlacedPool[],
): string | undefined {
  const { redirect_pool_id: pool, redirect_http_code: code } = settings;
  const isServed = pools.some(({ id }) => id === pool);
  switch (settings.action) {
    case "REJECT":
      return "http-request deny";
    case "REDIRECT_TO_URL":
      return `redirect code ${code} location ${settings.redirect_url}`;
    case "REDIRECT_PREFIX":
      return `redirect code ${code} prefix ${settings.redirect_prefix}`;
    case "REDIRECT_TO_POOL":
      return isServed ? `use_backend ${pool}:${listenerId}` : undefined;
  }
}

function condition({ type, compare_type: compare, key, value }: RuleSettings): string {
  const match = MATCH[compare];
  const text = escaped(value);
  switch (type) {
    case "HEADER":
      return `req.hdr(${key}) ${match}${text}`;
    case "COOKIE":
      return `req.cook(${key}) ${match}${text}`;
    case "PATH":
      return `path ${match}${text}`;
    case "HOST_NAME":
      return `req.hdr(host) -i ${match}${text}`;
    case "FILE_TYPE":
      return `path_end ${compare === "EQUAL_TO" ? "" : match}${text}`;
  }
}

/** What a line of HAProxy's configuration reads as something else. */
function escaped(text: string): string {
  return text.replace(/[\\\s#"']/g, "\\$&");
}
