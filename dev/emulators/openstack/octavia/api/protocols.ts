import type { ListenerSettings, PoolSettings } from "../plane/balancers.ts";
import { invalid } from "../refusal.ts";

const POOLS: Readonly<Record<ListenerSettings["protocol"], readonly PoolSettings["protocol"][]>> = {
  TCP: ["HTTP", "HTTPS", "PROXY", "PROXYV2", "TCP"],
  HTTP: ["HTTP", "PROXY", "PROXYV2"],
  HTTPS: ["HTTPS", "PROXY", "PROXYV2", "TCP"],
  TERMINATED_HTTPS: ["HTTP", "PROXY", "PROXYV2"],
};

/** @throws Refusal 400 where such a listener can't send to such a pool */
export function checkProtocols(
  listener: ListenerSettings["protocol"],
  pool: PoolSettings["protocol"],
): void {
  if (POOLS[listener].includes(pool)) return;
  throw invalid(
    `The pool protocol '${pool}' is invalid while the listener protocol is '${listener}'.`,
  );
}
