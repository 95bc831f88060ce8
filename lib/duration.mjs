/**
 * For people.
 * @param {number} ms
 * @returns {string} such as 0.4s, 12s or 3m 31s
 */
export function duration(ms) {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}
