import type { Values } from "../provider/values.ts";

/** How the API is reached; times in seconds. */
export interface Configuration {
  readonly token: string;
  readonly endpoint: string;
  /** 0 for no limit. */
  readonly requestsPerSecond: number;
  /** How often a failed request is sent again. */
  readonly retryMax: number;
  readonly retryWaitMin: number;
  readonly retryWaitMax: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The provider's settings, else the environment, else defaults (the vendor's provider.go). */
export function configurationFrom(settings: Values, environment: Environment): Configuration {
  const find = (name: string, variables: readonly string[]): string | undefined => {
    const given = settings[name];
    if (typeof given === "string" || typeof given === "number") return String(given);
    return variables.map((variable) => environment[variable]).find((value) => value);
  };
  const number = (name: string, variable: string, fallback: number) =>
    numberFrom(find(name, [variable]) ?? String(fallback), name);
  return {
    token: find("token", ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"]) ?? "",
    endpoint: find("apiEndpoint", ["DIGITALOCEAN_API_URL"]) ?? "https://api.digitalocean.com",
    requestsPerSecond: number("requestsPerSecond", "DIGITALOCEAN_REQUESTS_PER_SECOND", 0),
    retryMax: number("httpRetryMax", "DIGITALOCEAN_HTTP_RETRY_MAX", 4),
    retryWaitMin: number("httpRetryWaitMin", "DIGITALOCEAN_HTTP_RETRY_WAIT_MIN", 1),
    retryWaitMax: number("httpRetryWaitMax", "DIGITALOCEAN_HTTP_RETRY_WAIT_MAX", 30),
  };
}

function numberFrom(text: string, name: string): number {
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  throw new Error(`digitalocean:${name} must be a number, got ${JSON.stringify(text)}`);
}
