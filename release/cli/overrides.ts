import { UserError } from "../../lib/userError.ts";
import { type Check, CHECKS, type Overrides } from "../plan/preflight.ts";

/** @throws UserError for a check that does not exist, or no reason. */
export function parseOverrides(words: readonly string[]): Overrides {
  return Object.fromEntries(words.map(parseOverride));
}

function parseOverride(word: string): readonly [Check, string] {
  const at = word.indexOf("=");
  const check = CHECKS.find((one) => one === word.slice(0, Math.max(at, 0)));
  const reason = word.slice(at + 1).trim();
  if (check && reason !== "") return [check, reason];
  throw new UserError(
    `--override: must be CHECK=REASON, where CHECK is ${CHECKS.join(" or ")}, got "${word}". ` +
      'Say why: --override freeze="mends the outage of today"',
  );
}
