import { shellQuote } from "./shell.ts";

/**
 * `scripts/container.sh` keeps the last log of a container that it replaces in a file of this name on the host,
 * with Docker's times, until the next replacement or the color's removal.
 */
export function keptLogCommand(container: string): string {
  const folder = '"${XDG_STATE_HOME:-$HOME/.local/state}/blue-green/logs/"';
  return `cat ${folder}${shellQuote(container)} 2>/dev/null || :`;
}
