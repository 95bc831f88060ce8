/** One series of an answer: its labels and its value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const DEADLINE_MS = 5000;

interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly data?: { readonly resultType?: string; readonly result?: unknown };
}

interface VectorEntry {
  readonly metric?: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
}

/**
 * Prometheus's instant query at a time in seconds since 1970; several queries can use the same moment.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
 * @throws Error that names the query.
 */
export async function instantQuery(
  url: string,
  query: string,
  time: number,
  signal: AbortSignal,
): Promise<Series[]> {
  try {
    return seriesIn(await ask(url, query, time, signal));
  } catch (error) {
    throw new Error(`Prometheus at ${url}, query ${query}: ${messageOf(error)}`, { cause: error });
  }
}

async function ask(url: string, query: string, time: number, signal: AbortSignal): Promise<Answer> {
  const address = new URL(`${url.replace(/\/$/, "")}/api/v1/query`);
  address.search = new URLSearchParams({ query, time: time.toFixed(3) }).toString();
  const ends = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const response = await fetch(address, { signal: ends });
  const text = await response.text();
  const answer = parse(text);
  // The error of an invalid query is in the body of a 400.
  if (answer?.status === "success") return answer;
  throw new Error(answer?.error ?? `${response.status} ${text.slice(0, 200)}`);
}

function parse(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
}

function seriesIn({ data }: Answer): Series[] {
  const { resultType, result } = data ?? {};
  if (resultType === "scalar") return [{ labels: {}, value: Number((result as string[])[1]) }];
  if (resultType !== "vector" || !Array.isArray(result)) {
    throw new Error(`it must give an instant vector or a scalar, got ${resultType ?? "nothing"}`);
  }
  return (result as readonly VectorEntry[]).map(({ metric, value }) => ({
    labels: metric ?? {},
    value: Number(value?.[1]),
  }));
}

function messageOf(error: unknown): string {
  const { message, name, cause } = error as Error;
  if (name === "TimeoutError") return `no answer within ${DEADLINE_MS / 1000} seconds`;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
