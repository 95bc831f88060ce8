import { randomUUID } from "node:crypto";
import { z } from "zod";
import { IMAGES, type Image } from "../cloud/catalog.ts";
import { type Cloud, timestamp } from "../cloud/cloud.ts";
import type { Port, Server } from "../cloud/records.ts";
import { bringUp, takeDown } from "../cloud/serverLife.ts";
import { bodyOf, exactly, given } from "../http/body.ts";
import { listed } from "../http/listing.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import type { Routes } from "../http/routes.ts";
import { refuseOverLimits } from "./computeLimits.ts";
import { flavorOf } from "./flavors.ts";
import { portsFor, type WantedNetworks, wantedNetworks } from "./serverPorts.ts";
import { serverView } from "./serverView.ts";

/** Of the encoded text, as Nova's. */
const USER_DATA_LIMIT = 65_535;

const metadata = z.record(z.string(), z.string());

const creation = exactly({
  server: exactly({
    name: z.string().min(1).max(255),
    imageRef: z.string(),
    flavorRef: z.string(),
    key_name: z.string().optional(),
    user_data: z.base64().max(USER_DATA_LIMIT).optional(),
    networks: wantedNetworks.optional(),
    security_groups: z.array(exactly({ name: z.string() })).optional(),
    availability_zone: z.literal("nova").optional(),
    metadata: metadata.optional(),
    config_drive: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    min_count: z.literal(1).optional(),
    max_count: z.literal(1).optional(),
  }),
});

type ServerCreate = z.infer<typeof creation>["server"];

const update = exactly({ server: exactly({ name: z.string().min(1).max(255).optional() }) });

/** Nova's servers, but for their actions. */
export function serverRoutes(cloud: Cloud): Routes {
  const { servers } = cloud;
  const views = (query: URLSearchParams) =>
    listed(
      [...servers.values()].map((server) => serverView(server)),
      query,
    );
  return {
    "GET /v2.1/servers": ({ query }) => {
      const brief = views(query).map((it) => ({ ...pick(it as { id: string; name: string }) }));
      return { status: 200, body: { servers: brief } };
    },
    "GET /v2.1/servers/detail": ({ query }) => ({ status: 200, body: { servers: views(query) } }),
    "POST /v2.1/servers": ({ body }) => {
      const server = createServer(cloud, bodyOf(body, creation).server);
      const { id } = server;
      return { status: 202, body: { server: { id, links: [], adminPass: "none" } } };
    },
    "GET /v2.1/servers/{id}": (_request, { id = "" }) => shown(serverOf(cloud, id)),
    "PUT /v2.1/servers/{id}": ({ body }, { id = "" }) => {
      const server = serverOf(cloud, id);
      Object.assign(server, given(bodyOf(body, update).server), { updatedAt: timestamp() });
      return shown(server);
    },
    "DELETE /v2.1/servers/{id}": (_request, { id = "" }) => {
      const server = serverOf(cloud, id);
      if (server.task !== "deleting") takeDown(cloud, server);
      return { status: 204 };
    },
    ...metadataRoutes(cloud),
  };
}

/** @throws Refusal 404 */
export function serverOf({ servers }: Cloud, id: string): Server {
  const server = servers.get(id);
  if (!server) throw notFound("Instance", id);
  return server;
}

/** @throws Refusal 400 */
export function imageFor(id: string): Image {
  const image = IMAGES.find((it) => it.id === id);
  if (!image) throw new Refusal(400, `Image ${id} could not be found.`);
  return image;
}

function metadataRoutes(cloud: Cloud): Routes {
  return {
    "GET /v2.1/servers/{id}/metadata": (_request, { id = "" }) => ({
      status: 200,
      body: { metadata: serverOf(cloud, id).metadata },
    }),
    "POST /v2.1/servers/{id}/metadata": ({ body }, { id = "" }) => {
      const server = serverOf(cloud, id);
      const added = bodyOf(body, exactly({ metadata })).metadata;
      server.metadata = { ...server.metadata, ...added };
      return { status: 200, body: { metadata: server.metadata } };
    },
    "DELETE /v2.1/servers/{id}/metadata/{key}": (_request, { id = "", key = "" }) => {
      const server = serverOf(cloud, id);
      const { [key]: removed, ...rest } = server.metadata;
      if (removed === undefined) throw notFound("Metadata item", key);
      server.metadata = rest;
      return { status: 204 };
    },
    "GET /v2.1/servers/{id}/tags": (_request, { id = "" }) => ({
      status: 200,
      body: { tags: serverOf(cloud, id).tags },
    }),
    "PUT /v2.1/servers/{id}/tags": ({ body }, { id = "" }) => {
      const server = serverOf(cloud, id);
      server.tags = bodyOf(body, exactly({ tags: z.array(z.string()) })).tags;
      return { status: 200, body: { tags: server.tags } };
    },
  };
}

function createServer(cloud: Cloud, order: ServerCreate): Server {
  const id = randomUUID();
  const flavor = flavorFor(order.flavorRef);
  const image = imageFor(order.imageRef);
  const keypair = keypairFor(cloud, order.key_name);
  refuseOverLimits(cloud, flavor);
  const { ports, ownPorts } = portsOf(cloud, id, order.networks, order.security_groups);
  const userData = Buffer.from(order.user_data ?? "", "base64").toString("utf8");
  const userId = cloud.options.identity.user.id;
  const now = timestamp();
  const server: Server = {
    ...{ id, projectId: cloud.projectId, userId, createdAt: now, updatedAt: now },
    ...{
      name: order.name,
      flavor,
      image,
      keypair,
      userData,
      zone: "nova",
      ports,
      ownPorts: new Set(ownPorts),
    },
    ...{ metadata: order.metadata ?? {}, tags: order.tags ?? [] },
    ...{ status: "BUILD", task: "spawning", work: Promise.resolve() },
  };
  cloud.servers.set(id, server);
  bringUp(cloud, server);
  return server;
}

function portsOf(
  cloud: Cloud,
  id: string,
  networks: WantedNetworks | undefined,
  groups: readonly { readonly name: string }[] = [],
): { ports: Port[]; ownPorts: Port[] } {
  const names = groups.map(({ name }) => name);
  return portsFor(cloud, { deviceId: id, deviceOwner: "compute:nova" }, networks, names);
}

function flavorFor(id: string) {
  try {
    return flavorOf(id);
  } catch {
    throw new Refusal(400, `Flavor ${id} could not be found.`);
  }
}

function keypairFor({ keypairs }: Cloud, name: string | undefined) {
  if (name === undefined) return undefined;
  const keypair = keypairs.get(name);
  if (!keypair) throw new Refusal(400, "Invalid key_name provided.");
  return keypair;
}

function shown(server: Server) {
  return { status: 200, body: { server: serverView(server) } };
}

function pick({ id, name }: { id: string; name: string }): object {
  return { id, name, links: [] };
}
