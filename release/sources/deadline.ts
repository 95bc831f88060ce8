/**
 * The work's result, or an error after a time or a signal. The work itself goes on; whoever starts it
 * has to see to it that it ends.
 */
export async function within<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const end = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer within ${milliseconds / 1000} seconds`)),
      milliseconds,
    );
    ending.signal.addEventListener("abort", () => clearTimeout(timer));
    signal.addEventListener("abort", () => reject(signal.reason as Error), {
      signal: ending.signal,
    });
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    ending.abort();
  }
}
