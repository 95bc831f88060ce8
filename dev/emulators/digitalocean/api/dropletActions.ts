import { actionView, begin, finish } from "../cloud/actions.ts";
import { SIZES } from "../cloud/catalog.ts";
import { type Cloud, only } from "../cloud/cloud.ts";
import { boot, machineOf, work } from "../cloud/dropletLife.ts";
import type { Action, Droplet } from "../cloud/records.ts";
import { unprocessable } from "../http/apiError.ts";
import { created, type Handlers, ok } from "../http/handler.ts";
import { dropletOf } from "./droplets.ts";

interface DropletAction {
  readonly type: string;
  readonly size?: string;
  readonly name?: string;
}

/** Checks that the action can be done now, and returns what it does. */
type Preparation = (
  droplet: Droplet,
  request: DropletAction,
  cloud: Cloud,
) => () => void | Promise<void>;

/** What the program and the official plugin ask for; other actions are refused. */
const ACTIONS: Readonly<Record<string, Preparation>> = {
  power_off: (droplet) => async () => {
    await machineOf(droplet).powerOff();
    droplet.status = "off";
  },
  shutdown: (droplet) => async () => {
    await machineOf(droplet).shutDown();
    droplet.status = "off";
  },
  power_on: (droplet, _request, cloud) => {
    if (droplet.status !== "off") throw unprocessable("Droplet is already powered on.");
    return () => boot(cloud, droplet);
  },
  reboot: (droplet, _request, cloud) => async () => {
    await machineOf(droplet).shutDown();
    await boot(cloud, droplet);
  },
  power_cycle: (droplet, _request, cloud) => async () => {
    await machineOf(droplet).powerOff();
    await boot(cloud, droplet);
  },
  resize: (droplet, request) => {
    const size = SIZES.find(({ slug }) => slug === request.size);
    if (!size) throw unprocessable("You specified an invalid size for Droplet resize.");
    if (droplet.status !== "off")
      throw unprocessable("The Droplet must be powered off to resize it.");
    return () => {
      droplet.size = size;
    };
  },
  rename: (droplet, { name }) => {
    if (!name) throw unprocessable("Name can't be blank.");
    return () => {
      droplet.name = name;
    };
  },
};

export const dropletActionHandlers: Handlers = {
  dropletActions_post: (request, cloud) => {
    const droplet = dropletOf(request, cloud);
    const wanted = request.body as DropletAction;
    const prepare = ACTIONS[wanted.type];
    if (!prepare) throw unprocessable(`${wanted.type} is not emulated.`);
    if (droplet.locked) throw unprocessable("Droplet already has a pending event.");
    const effect = prepare(droplet, wanted, cloud);
    const { id, region } = droplet;
    const action = begin(cloud, wanted.type, { resourceType: "droplet", resourceId: id, region });
    perform(cloud, droplet, action, effect);
    return created({ action: actionView(action) });
  },
  dropletActions_get: (request, cloud) => {
    const { id } = dropletOf(request, cloud);
    const action = cloud.actions.get(Number(request.parameters["action_id"]));
    const isOfDroplet = action?.resourceType === "droplet" && action.resourceId === id;
    return ok({ action: actionView(only(isOfDroplet ? action : undefined)) });
  },
};

/** The droplet is locked until it is done. */
function perform(
  cloud: Cloud,
  droplet: Droplet,
  action: Action,
  effect: () => void | Promise<void>,
): void {
  const { schedule, delays } = cloud.options;
  droplet.locked = true;
  schedule.after(schedule.draw(delays.action), `${action.type} of ${droplet.name}`, () => {
    work(cloud, droplet, `${action.type} of ${droplet.name}`, async () => {
      let end: "completed" | "errored" = "errored";
      try {
        if (droplet.hasVanished) return;
        await effect();
        end = "completed";
      } finally {
        droplet.locked = false;
        finish(action, end);
      }
    });
  });
}
