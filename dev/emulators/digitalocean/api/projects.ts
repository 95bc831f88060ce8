import { randomUUID } from "node:crypto";
import { type Cloud, only, timestamp } from "../cloud/cloud.ts";
import { assign } from "../cloud/projects.ts";
import type { Project } from "../cloud/records.ts";
import { ApiError, unprocessable } from "../http/apiError.ts";
import {
  created,
  type Handler,
  type Handlers,
  NO_CONTENT,
  ok,
  type Request,
} from "../http/handler.ts";
import { page } from "../http/page.ts";

type ProjectBody = Partial<Pick<Project, "name" | "description" | "purpose" | "environment">>;

const update: Handler = (request, cloud) => {
  const project = projectOf(request, cloud);
  const body = request.body as ProjectBody & { is_default?: boolean };
  const { name = project.name, description = project.description } = body;
  const { purpose = project.purpose, environment = project.environment } = body;
  refuseTakenName(cloud, name, project);
  if (body.is_default === !project.isDefault) {
    throw unprocessable("Another default project is not emulated.");
  }
  Object.assign(project, { name, description, purpose, environment, updatedAt: timestamp() });
  return ok({ project: projectView(cloud, project) });
};

export const projectHandlers: Handlers = {
  projects_list: (request, cloud) =>
    page(
      request,
      "projects",
      [...cloud.projects.values()].map((project) => projectView(cloud, project)),
    ),
  projects_create: ({ body }, cloud) => {
    const { name = "", description = "", purpose = "", environment = "" } = body as ProjectBody;
    refuseTakenName(cloud, name);
    const now = timestamp();
    const project = {
      ...{ id: randomUUID(), createdAt: now, updatedAt: now, isDefault: false },
      ...{ name, description, purpose, environment, resources: new Map<string, string>() },
    };
    cloud.projects.set(project.id, project);
    return created({ project: projectView(cloud, project) });
  },
  projects_get_default: (_request, cloud) =>
    ok({ project: projectView(cloud, cloud.defaultProject) }),
  projects_get: (request, cloud) => ok({ project: projectView(cloud, projectOf(request, cloud)) }),
  projects_update: update,
  projects_patch: update,
  projects_delete: (request, cloud) => {
    const project = projectOf(request, cloud);
    if (project.isDefault) throw unprocessable("The default project can't be deleted.");
    if (project.resources.size > 0) {
      throw new ApiError(412, "cannot delete a project with resources");
    }
    cloud.projects.delete(project.id);
    return NO_CONTENT;
  },
  projects_list_resources: (request, cloud) => {
    const { resources } = projectOf(request, cloud);
    const views = [...resources].map(([urn, at]) => resourceView(request.url, urn, at, "ok"));
    return page(request, "resources", views);
  },
  projects_assign_resources: (request, cloud) => {
    const project = projectOf(request, cloud);
    const { resources: urns = [] } = request.body as { resources?: string[] };
    // Each has a status of its own: what is gone keeps none of the others out.
    const resources = urns.map((urn) => {
      if (!exists(cloud, urn)) return resourceView(request.url, urn, timestamp(), "not_found");
      const status = project.resources.has(urn) ? "already_assigned" : "assigned";
      assign(cloud, project, urn);
      return resourceView(request.url, urn, timestamp(), status);
    });
    return ok({ resources });
  },
};

function projectOf({ parameters }: Request, { projects }: Cloud): Project {
  return only(projects.get(String(parameters["project_id"])));
}

function refuseTakenName({ projects }: Cloud, name: string, but?: Project): void {
  const isTaken = [...projects.values()].some((it) => it !== but && it.name === name);
  if (isTaken) throw unprocessable("name must be unique in the team");
}

/** Whatever exists is in one of the projects. */
function exists({ projects }: Cloud, urn: string): boolean {
  return [...projects.values()].some(({ resources }) => resources.has(urn));
}

function resourceView(url: URL, urn: string, at: string, status: string): object {
  const [, kind = "", id = ""] = urn.split(":");
  const paths: Record<string, string> = {
    ...{ droplet: "droplets", loadbalancer: "load_balancers", floatingip: "reserved_ips" },
  };
  const self = new URL(`/v2/${paths[kind] ?? kind}/${id}`, url).href;
  return { urn, assigned_at: at, links: { self }, status };
}

function projectView({ ownerId }: Cloud, project: Project): object {
  const { id, name, description, purpose, createdAt, updatedAt, isDefault } = project;
  return {
    ...{ id, owner_uuid: ownerId, owner_id: 1, name, description, purpose },
    // The description knows no empty one.
    ...(project.environment && { environment: project.environment }),
    ...{ is_default: isDefault, created_at: createdAt, updated_at: updatedAt },
  };
}
