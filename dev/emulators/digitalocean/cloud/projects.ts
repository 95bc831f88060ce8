import { type Cloud, timestamp } from "./cloud.ts";
import type { Project } from "./records.ts";

/** Puts a resource into a project, and takes it out of the one that it was in. */
export function assign(cloud: Cloud, project: Project, urn: string): void {
  if (project.resources.has(urn)) return;
  withdraw(cloud, urn);
  project.resources.set(urn, timestamp());
}

/** A resource that is no more is in no project. */
export function withdraw(cloud: Cloud, urn: string): void {
  for (const { resources } of cloud.projects.values()) resources.delete(urn);
}
