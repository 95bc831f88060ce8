import type { Journal } from "./journal.ts";
import type { Store } from "./store.ts";

const FOLDER = "history/";

/** A release that has ended. Written once, and never changed. */
export async function appendHistory(store: Store, journal: Journal): Promise<void> {
  // A second write is that of a release which was killed between the record and its journal's end.
  await store.write(`${FOLDER}${journal.plan.id}`, JSON.stringify(journal));
}

/** The latest ones, oldest first: their ids begin with the time. */
export async function readHistory(store: Store, limit = Infinity): Promise<Journal[]> {
  const names = await store.list(FOLDER);
  const wanted = names.slice(Math.max(0, names.length - limit));
  const texts = await Promise.all(wanted.map((name) => store.read(name)));
  return texts.flatMap((stored) => (stored ? [JSON.parse(stored.text) as Journal] : []));
}

export async function readRelease(store: Store, id: string): Promise<Journal | undefined> {
  const stored = await store.read(`${FOLDER}${id}`);
  return stored && (JSON.parse(stored.text) as Journal);
}
