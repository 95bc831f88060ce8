import { IMAGES, type Image } from "../cloud/catalog.ts";
import { listed } from "../http/listing.ts";
import { notFound, type Refusal } from "../http/refusal.ts";
import type { Routes } from "../http/routes.ts";

const BASE = "2026-01-15T16:02:11Z";

/** Glance v2, for reading. */
export const imageRoutes: Routes = {
  "GET /v2/images": ({ query }) => ({
    status: 200,
    body: {
      images: listed(IMAGES.map(imageView), query),
      first: "/v2/images",
      schema: "/v2/schemas/images",
    },
  }),
  "GET /v2/images/{id}": (_request, { id = "" }) => {
    const image = IMAGES.find((it) => it.id === id);
    if (!image) throw notFound("Image", id);
    return { status: 200, body: imageView(image) };
  },
};

export function imageRefusal({ status, message }: Refusal): object {
  return { code: `${status}`, title: message, message };
}

function imageView({ id, name, minDisk }: Image): object {
  return {
    ...{ id, name, status: "active", visibility: "public", protected: false, tags: [] },
    ...{ container_format: "bare", disk_format: "raw", min_disk: minDisk, min_ram: 0 },
    ...{ size: 2 ** 31, virtual_size: 2 ** 31, checksum: "d41d8cd98f00b204e9800998ecf8427e" },
    ...{ owner: "vendor", os_hidden: false, created_at: BASE, updated_at: BASE },
    ...{ self: `/v2/images/${id}`, file: `/v2/images/${id}/file`, schema: "/v2/schemas/image" },
  };
}
