import type { Color } from "./color.ts";

/**
 * Names on a machine. Each contains project and stack, which keeps two stacks apart. Docker accepts
 * letters, digits, `_`, `.` and `-`, like Pulumi's own names.
 */
export interface StackNames {
  /** `<project>/<stack>`, the value of the label `blue-green.stack`. */
  readonly stack: string;
  readonly network: string;
  readonly edge: string;
  readonly edgeVolume: string;
  /** Of the files that both colors share. */
  volume(name: string): string;
  container(color: Color, index: number): string;
  /** @param index Counted from 1, over all hosts of the color. */
  worker(hostName: string, process: string, index: number): string;
  /** One name for both colors: Docker itself then lets no machine run two. */
  single(process: string): string;
  /** The container of what stands beside both colors, and the volume with its files. */
  service(name: string): string;
  /** A machine in a cloud. */
  host(hostName: string): string;
}

export function stackNames(project: string, stack: string): StackNames {
  const prefix = `${project}-${stack}`;
  return {
    stack: `${project}/${stack}`,
    network: prefix,
    edge: `${prefix}-edge`,
    edgeVolume: `${prefix}-edge`,
    volume: (name) => `${prefix}-volume-${name}`,
    container: (color, index) => `${prefix}-${hostName(color, index)}`,
    worker: (host, process, index) => `${prefix}-${host}-${process}-${index}`,
    single: (process) => `${prefix}-single-${process}`,
    service: (name) => `${prefix}-service-${name}`,
    host: (name) => `${prefix}-${name}`,
  };
}

/** The host of all services in a cloud. */
export const SERVICES_HOST = "services";

/** Hosts are counted from 1: `blue-1`. */
export function hostName(color: Color, index: number): string {
  return `${color}-${index}`;
}

export function hostNames(color: Color, count: number): string[] {
  return Array.from({ length: count }, (_, at) => hostName(color, at + 1));
}

/** The host of an edge on this machine. */
export const EDGE_HOST = "edge";

/** The hosts of an edge in a cloud, counted from 1: `edge-1`. */
export function edgeHostNames(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${EDGE_HOST}-${at + 1}`);
}
