import type { EdgeOnHost } from "./edgeOnHost.ts";

/** What edges have answered about a grant; the two lists hold names of edges. */
export interface GrantAnswer {
  /** Those whose time was extended, or whose route is permanent now. */
  readonly granted: readonly string[];
  /** Those that have taken the traffic back. */
  readonly expired: readonly string[];
  /** What those that did not answer are, and why. */
  readonly problems: readonly string[];
}

/** The time-limited route of a release: the edges end it by themselves unless it is renewed. */
export interface Grants {
  /** Extends it by so many seconds from now. Does nothing to a permanent route. Never rejects. */
  renew(seconds: number): Promise<GrantAnswer>;
  /** Makes it permanent. Never rejects. */
  keep(): Promise<GrantAnswer>;
}

/** @param open Asked again after a failure only. */
export function edgeGrants(open: () => Promise<readonly EdgeOnHost[]>): Grants {
  let opened: Promise<readonly EdgeOnHost[]> | undefined;
  const askAll = async (...words: readonly string[]): Promise<GrantAnswer> => {
    try {
      const edges = await (opened ??= open());
      const answers = await Promise.allSettled(edges.map((edge) => edge.grant(...words)));
      return merged(
        edges.map(({ name }) => name),
        answers,
      );
    } catch (error) {
      opened = undefined;
      return { granted: [], expired: [], problems: [(error as Error).message] };
    }
  };
  return { renew: (seconds) => askAll("renew", String(seconds)), keep: () => askAll("keep") };
}

/** @param answers What `grant` printed on each edge. */
export function merged(
  names: readonly string[],
  answers: readonly PromiseSettledResult<string>[],
): GrantAnswer {
  const saying = (...words: readonly string[]) =>
    names.filter((_, at) => {
      const answer = answers[at];
      return answer?.status === "fulfilled" && words.includes(answer.value.trim());
    });
  return {
    granted: saying("renewed", "kept"),
    expired: saying("expired"),
    problems: answers.flatMap((answer, at) =>
      answer.status === "rejected"
        ? [`${names[at] ?? ""}: ${(answer.reason as Error).message}`]
        : [],
    ),
  };
}
