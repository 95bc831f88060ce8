/** A line of a log, with its time in milliseconds and nanoseconds as text that sorts: RFC 3339 in UTC. */
export interface Timed {
  readonly at: string;
}

interface Source<T> {
  readonly lines: AsyncIterator<T>;
  head?: T;
  isEnded: boolean;
  isAsked: boolean;
  /** When its next line was asked for, by `performance.now()`. */
  askedAt: number;
}

/**
 * Merges sources that are each in order of time into one, with one line of each in memory.
 *
 * @param patienceMs How long to wait for a source that is silent before lines of others are passed on. Such a
 *   source's late lines come out of order. Infinity for sources that end.
 */
export async function* mergeLines<T extends Timed>(
  sources: readonly AsyncIterator<T>[],
  patienceMs = Infinity,
): AsyncGenerator<T> {
  const all = sources.map((lines): Source<T> => {
    return { lines, isEnded: false, isAsked: false, askedAt: 0 };
  });
  // One promise for all: a race would add to each silent source's promise with every line.
  let wake = () => {};
  const ask = (source: Source<T>) => {
    source.isAsked = true;
    source.askedAt = performance.now();
    const settle = (result: IteratorResult<T>) => {
      source.isAsked = false;
      if (result.done === true) source.isEnded = true;
      else source.head = result.value;
      wake();
    };
    source.lines.next().then(settle, () => settle({ done: true, value: undefined }));
  };
  for (;;) {
    const open = all.filter(({ isEnded }) => !isEnded);
    for (const one of open) if (one.head === undefined && !one.isAsked) ask(one);
    const now = performance.now();
    const awaited = open.filter(({ head }) => head === undefined);
    const waits = awaited.map(({ askedAt }) => askedAt + patienceMs - now).filter((ms) => ms > 0);
    const first = earliest(all);
    if (first && waits.length === 0) {
      const { head } = first;
      delete first.head;
      yield head as T;
    } else if (first || awaited.length > 0) {
      await woken((resolve) => (wake = resolve), first ? Math.max(...waits) : Infinity);
    } else {
      return;
    }
  }
}

function earliest<T extends Timed>(sources: readonly Source<T>[]): Source<T> | undefined {
  let found: Source<T> | undefined;
  for (const source of sources) {
    if (source.head && (!found?.head || source.head.at < found.head.at)) found = source;
  }
  return found;
}

function woken(listen: (resolve: () => void) => void, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined;
    listen(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
