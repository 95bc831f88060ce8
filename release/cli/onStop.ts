/** Tells when the user asks the command to stop. */
export interface Stop {
  readonly signal: AbortSignal;
  forget(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Once only: a second signal ends the command as it would any other. */
export function onStop(): Stop {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of SIGNALS) process.once(signal, stop);
  return {
    signal: stopping.signal,
    forget: () => {
      for (const signal of SIGNALS) process.removeListener(signal, stop);
    },
  };
}
