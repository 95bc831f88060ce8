import { z } from "zod";
import type { Described } from "../cloud/records.ts";
import { bodyOf, exactly } from "../http/body.ts";
import { listed } from "../http/listing.ts";
import { notFound } from "../http/refusal.ts";
import type { Routes } from "../http/routes.ts";
import type { Answer } from "../http/service.ts";

/** One kind of Neutron's resources and what its operations do. */
export interface Collection<T extends Described> {
  /** In bodies, such as `security_group`. */
  readonly one: string;
  /** In lists, such as `security_groups`. */
  readonly many: string;
  /** In paths, such as `security-groups`. */
  readonly path: string;
  /** As in Neutron's errors: `SecurityGroup` gives `SecurityGroupNotFound`. */
  readonly type: string;
  readonly all: Map<string, T>;
  readonly view: (record: T) => object;
  /** @param body what stands under `one` @throws Refusal */
  readonly create: (body: unknown) => T | Promise<T>;
  readonly update: (record: T, body: unknown) => void | Promise<void>;
  readonly remove: (record: T) => void | Promise<void>;
}

/** List, create, get, change, delete and tag. */
export function collectionRoutes<T extends Described>(collection: Collection<T>): Routes {
  const { one, many, all, view } = collection;
  const path = `/v2.0/${collection.path}`;
  const shown = (status: number, record: T): Answer => ({
    status,
    body: { [one]: { ...described(record), ...view(record) } },
  });
  const find = (id = "") => recordOf(collection, id);
  const wrapped = exactly({ [one]: z.unknown() });
  const inner = (body: unknown): unknown => bodyOf(body, wrapped)[one];
  return {
    [`GET ${path}`]: ({ query }) => {
      const views = [...all.values()].map((it) => ({ ...described(it), ...view(it) }));
      return { status: 200, body: { [many]: listed(views, query) } };
    },
    [`POST ${path}`]: async ({ body }) => shown(201, await collection.create(inner(body))),
    [`GET ${path}/{id}`]: (_request, { id }) => shown(200, find(id)),
    [`PUT ${path}/{id}`]: async ({ body }, { id }) => {
      const record = find(id);
      await collection.update(record, inner(body));
      return shown(200, record);
    },
    [`DELETE ${path}/{id}`]: async (_request, { id }) => {
      await collection.remove(find(id));
      return { status: 204 };
    },
    [`PUT ${path}/{id}/tags`]: ({ body }, { id }) => {
      const record = find(id);
      record.tags = bodyOf(body, exactly({ tags: z.array(z.string()) })).tags;
      return { status: 200, body: { tags: record.tags } };
    },
  };
}

/** @throws Refusal 404 */
export function recordOf<T extends Described>(
  { all, type }: Pick<Collection<T>, "all" | "type">,
  id: string,
): T {
  const record = all.get(id);
  if (!record) throw notFound(type, id, `${type}NotFound`);
  return record;
}

function described({ id, projectId, createdAt, name, description, tags }: Described): object {
  return {
    ...{ id, name, description, tags, tenant_id: projectId, project_id: projectId },
    ...{ created_at: createdAt, updated_at: createdAt, revision_number: 1 },
  };
}

/** What any resource may be created with. */
export const common = {
  name: z.string().max(255).optional(),
  description: z.string().max(255).optional(),
  tenant_id: z.string().optional(),
  project_id: z.string().optional(),
};

export const named = {
  name: z.string().max(255).optional(),
  description: z.string().max(255).optional(),
};
