import type { Report } from "../plane/report.ts";
import { operatingOf } from "./operating.ts";
import type { LoadBalancer } from "./records.ts";
import type { State } from "./state.ts";

/** Lets a load balancer report again and again what its health checks say. */
export function heartbeat(state: State, balancer: LoadBalancer): void {
  const { schedule, delays } = state.options;
  const what = `asking load balancer ${balancer.settings.name}`;
  schedule.after(schedule.draw(delays.heartbeat), what, async () => {
    const { running } = balancer;
    if (!running) return;
    // While it reloads it may not answer; so may the heartbeat of an amphora be late.
    const report = await running.report().catch(() => undefined);
    if (report && balancer.running) note(state, balancer, report);
    heartbeat(state, balancer);
  });
}

function note(state: State, balancer: LoadBalancer, report: Report): void {
  state.traffic.note(report);
  for (const [resource, status] of operatingOf(state, balancer, report)) {
    resource.operating = status;
  }
}
