import { actionView } from "../cloud/actions.ts";
import { IMAGES, REGIONS, SIZES } from "../cloud/catalog.ts";
import { only } from "../cloud/cloud.ts";
import { type Handlers, ok } from "../http/handler.ts";
import { page } from "../http/page.ts";

/** The account itself, and what the vendor offers to it. */
export const accountHandlers: Handlers = {
  account_get: (_request, { options, ownerId }) =>
    ok({
      account: {
        droplet_limit: options.limits.droplets,
        floating_ip_limit: options.limits.reservedIps,
        ...{ email: "team@example.com", name: "Example Team", uuid: ownerId },
        ...{ email_verified: true, status: "active", status_message: "" },
      },
    }),
  regions_list: (request) => page(request, "regions", REGIONS),
  sizes_list: (request) => page(request, "sizes", SIZES),
  images_list: (request) => {
    const { type, private: isPrivate, tag_name: tag } = request.parameters;
    const isEmpty = type === "application" || isPrivate === true || tag !== undefined;
    return page(request, "images", isEmpty ? [] : IMAGES);
  },
  images_get: ({ parameters }) => {
    const wanted = String(parameters["image_id"]);
    const image = IMAGES.find(({ id, slug }) => slug === wanted || String(id) === wanted);
    return ok({ image: only(image) });
  },
  actions_list: (request, { actions }) =>
    page(request, "actions", [...actions.values()].reverse().map(actionView)),
  actions_get: ({ parameters }, { actions }) =>
    ok({ action: actionView(only(actions.get(Number(parameters["action_id"])))) }),
};
