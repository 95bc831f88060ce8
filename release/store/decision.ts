import type { Store } from "./store.ts";

/** A person's decision about the release in progress. */
export interface Decision {
  readonly release: string;
  readonly word: "promote" | "abort";
  /** The step to promote: a late decision must not promote the next one. */
  readonly step: string;
  readonly by: string;
}

const DECISION = "decision";

export async function writeDecision(store: Store, decision: Decision): Promise<void> {
  const stored = await store.read(DECISION);
  const text = JSON.stringify(decision);
  // If two people decide at the same time, the second one wins.
  if ((await store.write(DECISION, text, stored?.version)) !== undefined) return;
  await writeDecision(store, decision);
}

/** The decision on this step; an abort concerns the whole release. */
export async function readDecision(
  store: Store,
  release: string,
  step: string,
): Promise<Decision | undefined> {
  const stored = await store.read(DECISION);
  if (!stored) return undefined;
  const decision = JSON.parse(stored.text) as Decision;
  const applies = decision.word === "abort" || decision.step === step;
  return decision.release === release && applies ? decision : undefined;
}
