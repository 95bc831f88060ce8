/** What a check found: each problem would make a release fail, and ends with its remedy. */
export interface Found {
  /** Said if nothing is wrong. */
  readonly fine: string;
  readonly problems?: readonly string[];
  /** Worth a look; a release goes on. */
  readonly warnings?: readonly string[];
}

export interface Check {
  readonly name: string;
  /** Changes nothing. */
  readonly run: () => Promise<Found>;
}

/** What `doctor --json` prints for each check. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "problem";
  readonly texts: readonly string[];
}

/** Longer than each question of a check may take. */
const DEADLINE_MS = 90_000;

/** All at once; one that fails or does not end is a problem, and the others go on. */
export function runChecks(checks: readonly Check[], deadlineMs = DEADLINE_MS): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ name, run }): Promise<Finding> => {
      const late = tooLate(deadlineMs);
      try {
        return findingOf(name, await Promise.race([run(), late.promise]));
      } catch (error) {
        return { check: name, state: "problem", texts: [(error as Error).message] };
      } finally {
        late.cancel();
      }
    }),
  );
}

function tooLate(ms: number) {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`This could not be found out within ${ms / 1000} s.`));
    timer = setTimeout(late, ms);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}

function findingOf(check: string, { fine, problems = [], warnings = [] }: Found): Finding {
  if (problems.length > 0) return { check, state: "problem", texts: [...problems, ...warnings] };
  if (warnings.length > 0) return { check, state: "warning", texts: warnings };
  return { check, state: "ok", texts: [fine] };
}
