import { numberIn, type Unchecked, valueIn } from "./group.ts";
import { removeCommand } from "./remedies.ts";
import type { TargetName } from "./targets.ts";

/** Rules of the app's files and processes, across several settings. */

export function checkProcesses({ processes }: Unchecked): string[] {
  if (typeof processes !== "object" || processes === null) return [];
  return Object.entries(processes)
    .filter(
      ([, process]) => valueIn(process, "kind") === "single" && numberIn(process, "count") > 1,
    )
    .map(
      ([name, process]) =>
        `processes.${name}.count: must be 1 for a single process, which never runs twice, ` +
        `got ${numberIn(process, "count")}. Remove it: ${removeCommand(["processes", name, "count"])}`,
    );
}

export function checkFiles({ app }: Unchecked, target: TargetName): string[] {
  const volumes = listIn(app, "volumes");
  const paths = [
    ...volumes.map((volume) => valueIn(volume, "path")),
    ...listIn(app, "writablePaths"),
  ];
  return [
    ...(volumes.length > 0 && target !== "local" ? [apart(target)] : []),
    ...repeated(
      "app.volumes",
      "name",
      volumes.map((volume) => valueIn(volume, "name")),
    ),
    ...repeated("app.volumes and app.writablePaths", "path", paths),
  ];
}

function apart(target: TargetName): string {
  return (
    `app.volumes: must not be set with target ${target}, where blue and green run on different machines: files ` +
    "written on one would be missing on the others. Keep files in object storage or a database, and remove this: " +
    removeCommand("app.volumes")
  );
}

function repeated(setting: string, what: string, values: readonly unknown[]): string[] {
  const twice = values.filter(
    (value, at) => typeof value === "string" && values.indexOf(value) < at,
  );
  return [...new Set(twice)].map(
    (value) => `${setting}: each ${what} must be there once, got ${JSON.stringify(value)} twice.`,
  );
}

function listIn(group: unknown, name: string): readonly unknown[] {
  const list = valueIn(group, name);
  return Array.isArray(list) ? list : [];
}
