import { lookup } from "node:dns/promises";
import { connect } from "node:tls";
import { COLORS } from "../../lib/color.ts";
import type { Settings } from "../../settings/types.ts";
import type { Check, Found } from "./check.ts";

const ASK_MS = 8000;
const DAY_MS = 86_400_000;
/** Let's Encrypt renews a month before the end. */
const SOON_DAYS = 14;

/** Names, certificates and registries, as this machine sees them. @param url The balancer's; may be empty. */
export function networkChecks(settings: Settings, url: string): Check[] {
  const domains = settings.tls?.domains ?? [];
  const registries = registriesOf(settings);
  const isHttps = url.startsWith("https:");
  const certified = domains.length > 0 ? domains : isHttps ? [new URL(url).hostname] : [];
  return [
    ...(domains.length > 0 ? [{ name: "DNS", run: () => dns(domains, url) }] : []),
    ...(certified.length > 0
      ? [{ name: "certificates", run: () => certificates(certified, portOf(url)) }]
      : []),
    ...(registries.length > 0 ? [{ name: "registries", run: () => answers(registries) }] : []),
  ];
}

function portOf(url: string): number {
  return Number(url === "" ? "" : new URL(url).port) || 443;
}

async function dns(domains: readonly string[], url: string): Promise<Found> {
  const host = url === "" ? "" : new URL(url).hostname;
  const balancer = host === "" || domains.includes(host) ? [] : await addresses(host);
  const problems = await Promise.all(
    domains.map(async (domain) => dnsProblem(domain, await addresses(domain), balancer)),
  );
  return {
    fine: `${domains.join(", ")} lead to the balancer`,
    problems: problems.filter((one) => one !== undefined),
  };
}

/** @param balancer Its addresses; empty if they are unknown. */
export function dnsProblem(
  domain: string,
  found: readonly string[],
  balancer: readonly string[],
): string | undefined {
  const remedy = `Set its A record${balancer[0] === undefined ? "" : ` to ${balancer[0]}`} at your DNS provider.`;
  if (found.length === 0) return `${domain}: has no address. ${remedy}`;
  if (balancer.length === 0 || found.some((one) => balancer.includes(one))) return undefined;
  return `${domain}: leads to ${found.join(", ")}, and the balancer is at ${balancer.join(", ")}. ${remedy}`;
}

async function addresses(name: string): Promise<string[]> {
  const all = await lookup(name, { all: true }).catch(() => []);
  return all.map(({ address }) => address);
}

async function certificates(domains: readonly string[], port: number): Promise<Found> {
  const ends = await Promise.all(
    domains.map(async (domain) => ({ domain, ...(await certificateOf(domain, port)) })),
  );
  const now = Date.now();
  const texts = ends.map((one) => certificateText(one, now));
  return {
    fine: ends.map(({ domain, until = 0 }) => `${domain}: ${daysLeft(until, now)} days`).join(", "),
    problems: texts.flatMap(({ problem }) => problem ?? []),
    warnings: texts.flatMap(({ warning }) => warning ?? []),
  };
}

export interface SeenCertificate {
  readonly domain: string;
  /** Its end, in milliseconds since 1970. */
  readonly until?: number;
  /** Why a browser would not accept it; undefined if it would. */
  readonly refusal?: string;
}

export function certificateText(
  { domain, until, refusal }: SeenCertificate,
  now: number,
): { readonly problem?: string; readonly warning?: string } {
  const renew = "Renew it; see docs/configuration.md";
  if (until === undefined)
    return { problem: `${domain}: shows no certificate: ${refusal}. ${renew}` };
  if (until <= now) return { problem: `${domain}: its certificate has expired. ${renew}` };
  if (refusal !== undefined)
    return { problem: `${domain}: its certificate is refused: ${refusal}. ${renew}` };
  const days = daysLeft(until, now);
  return days < SOON_DAYS
    ? { warning: `${domain}: its certificate ends in ${days} days. ${renew}` }
    : {};
}

const daysLeft = (until: number, now: number) => Math.floor((until - now) / DAY_MS);

function certificateOf(domain: string, port: number): Promise<Omit<SeenCertificate, "domain">> {
  return new Promise((resolve) => {
    const options = { host: domain, port, servername: domain, rejectUnauthorized: false };
    const socket = connect(options, () => {
      const { valid_to: end } = socket.getPeerCertificate() as { readonly valid_to: string };
      const until = Date.parse(end);
      const refusal = socket.authorized ? undefined : String(socket.authorizationError);
      socket.destroy();
      resolve({
        ...(Number.isNaN(until) ? {} : { until }),
        ...(refusal !== undefined && { refusal }),
      });
    });
    const fail = (refusal: string) => {
      socket.destroy();
      resolve({ refusal });
    };
    socket.setTimeout(ASK_MS, () => fail(`no answer within ${ASK_MS / 1000} s`));
    socket.once("error", ({ message }: Error) => fail(message));
  });
}

/** The registries of the colors' images; Docker Hub is not asked. */
export function registriesOf({ pools, registry }: Pick<Settings, "pools" | "registry">): string[] {
  const named = COLORS.flatMap((color) => {
    const [first = "", ...rest] = (pools[color]?.image ?? "").split("/");
    return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? [first] : [];
  });
  return [...new Set([...named, ...(registry ? [registry.server] : [])])];
}

async function answers(registries: readonly string[]): Promise<Found> {
  const problems = await Promise.all(
    registries.map(async (registry) => {
      const scheme = /^(localhost|127\.)/.test(registry) ? "http" : "https";
      const asked = fetch(`${scheme}://${registry}/v2/`, { signal: AbortSignal.timeout(ASK_MS) });
      const status = await asked.then(
        (answer) => answer.status,
        (error: Error) => error.message,
      );
      // 401 asks for a login, which each pull makes.
      if (status === 200 || status === 401) return undefined;
      return (
        `${registry}: does not answer as a registry (${status}). The next release can't pull from it; ` +
        "a rollback needs no registry"
      );
    }),
  );
  return {
    fine: `${registries.join(", ")} ${registries.length === 1 ? "answers" : "answer"}`,
    // The hosts may reach a registry that this machine does not.
    warnings: problems.filter((one) => one !== undefined),
  };
}
