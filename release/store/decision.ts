import type { Store } from "./store.ts";

/** What a person asks of the release that is under way. */
export interface Decision {
  readonly release: string;
  readonly word: "promote" | "abort";
  /** The step that is promoted, so that a late word does not promote the next one. */
  readonly step: string;
  readonly by: string;
}

const DECISION = "decision";

export async function writeDecision(store: Store, decision: Decision): Promise<void> {
  const there = await store.read(DECISION);
  const text = JSON.stringify(decision);
  // Of two people who decide at the same moment the second one has the last word.
  if ((await store.write(DECISION, text, there?.version)) !== undefined) return;
  await writeDecision(store, decision);
}

/** What was decided on this step; an abort is for the release as a whole. */
export async function readDecision(
  store: Store,
  release: string,
  step: string,
): Promise<Decision | undefined> {
  const there = await store.read(DECISION);
  if (!there) return undefined;
  const decision = JSON.parse(there.text) as Decision;
  const isMeant = decision.word === "abort" || decision.step === step;
  return decision.release === release && isMeant ? decision : undefined;
}
