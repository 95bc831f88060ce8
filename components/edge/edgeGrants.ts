import type { GrantAnswer, Grants } from "../service/target.ts";
import type { EdgeOnHost } from "./edgeOnHost.ts";

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
