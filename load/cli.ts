/** `tsx load/cli.ts URL [--seconds 10] [--keep-alive 8] [--new-connection 8] [--slow 0] [--rate N]` */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startLoad, type LoadReport } from "./index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "10" },
    "keep-alive": { type: "string", default: "8" },
    "new-connection": { type: "string", default: "8" },
    slow: { type: "string", default: "0" },
    rate: { type: "string", default: "0" },
  },
});
const [url] = positionals;
if (url === undefined) {
  console.error("Which URL? For example: tsx load/cli.ts http://127.0.0.1:8080/ --seconds 10");
  process.exit(2);
}

const load = startLoad({
  url,
  keepAlive: Number(values["keep-alive"]),
  newConnection: Number(values["new-connection"]),
  slow: Number(values.slow),
  ratePerSecond: Number(values.rate),
});
await sleep(Number(values.seconds) * 1000);
const report = await load.stop();
print(report);
process.exitCode = report.failedTotal === 0 ? 0 : 1;

function print(report: LoadReport): void {
  const { p50, p95, p99, max } = report.latency();
  console.log(`requests     ${report.total} (${report.ratePerSecond.toFixed(0)} per second)`);
  console.log(`failed       ${report.failedTotal} ${JSON.stringify(report.byReason)}`);
  console.log(`colors       ${JSON.stringify(report.byColor)}`);
  console.log(`latency ms   p50 ${ms(p50)}  p95 ${ms(p95)}  p99 ${ms(p99)}  max ${ms(max)}`);
  console.log(`longest gap  ${ms(report.longestGap())} ms`);
  for (const { kind, reason, status, error } of report.failures.slice(0, 10)) {
    console.log(`  ${kind}: ${reason} ${status ?? ""} ${error ?? ""}`);
  }
}

function ms(value: number): string {
  return value.toFixed(1);
}
