import { z } from "zod";
import type { Flavor } from "../cloud/catalog.ts";
import type { Cloud } from "../cloud/cloud.ts";
import type { Server, ServerStatus } from "../cloud/records.ts";
import {
  boot,
  fail,
  machineOf,
  makeMachine,
  plugOut,
  settle,
  sizeOf,
  takeDown,
  work,
} from "../cloud/serverLife.ts";
import { bodyOf, exactly } from "../http/body.ts";
import { conflict, Unfitting } from "../http/refusal.ts";
import type { Routes } from "../http/routes.ts";
import { refuseOverLimits } from "./computeLimits.ts";
import { flavorOf } from "./flavors.ts";
import { imageFor, serverOf } from "./servers.ts";
import { serverView } from "./serverView.ts";

interface Change {
  /** In which it may be asked for. */
  readonly from: readonly ServerStatus[];
  readonly task: string;
  /** While it is in progress; as before where it is left out. */
  readonly during?: ServerStatus;
  readonly to: ServerStatus;
  readonly effect: () => void | Promise<void>;
}

/** Checks what is asked for, and returns what it comes to. */
type Preparation = (server: Server, wanted: unknown, cloud: Cloud) => Change;

const nothing = z.null().or(exactly({}));
const reboot = exactly({ type: z.enum(["SOFT", "HARD"]) });
const resize = exactly({ flavorRef: z.string() });
const rebuild = exactly({
  imageRef: z.string(),
  name: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/** What the program and the plugin ask for; others are refused, and recorded as violations. */
const ACTIONS: Readonly<Record<string, Preparation>> = {
  "os-start": (server, wanted, cloud) => {
    bodyOf(wanted, nothing);
    const effect = () => boot(cloud, server);
    return { from: ["SHUTOFF"], task: "powering-on", to: "ACTIVE", effect };
  },
  "os-stop": (server, wanted, cloud) => {
    bodyOf(wanted, nothing);
    const effect = () => turnOff(cloud, server, "shutDown");
    return { from: ["ACTIVE", "ERROR"], task: "powering-off", to: "SHUTOFF", effect };
  },
  reboot: (server, wanted, cloud) => {
    const isHard = bodyOf(wanted, reboot).type === "HARD";
    return {
      ...{ from: isHard ? ["ACTIVE", "SHUTOFF", "ERROR"] : ["ACTIVE"], to: "ACTIVE" },
      ...{ task: "rebooting", during: isHard ? "HARD_REBOOT" : "REBOOT" },
      effect: async () => {
        await turnOff(cloud, server, isHard ? "powerOff" : "shutDown");
        await boot(cloud, server);
      },
    };
  },
  resize: (server, wanted, cloud) => {
    const flavor = flavorOf(bodyOf(wanted, resize).flavorRef);
    refuseOverLimits(cloud, flavor, 0);
    return {
      ...{ from: ["ACTIVE", "SHUTOFF"], task: "resize_migrating", during: "RESIZE" },
      to: "VERIFY_RESIZE",
      effect: async () => {
        const oldFlavor = server.flavor;
        await reflavor(cloud, server, flavor);
        server.oldFlavor = oldFlavor;
      },
    };
  },
  confirmResize: (server, wanted) => {
    bodyOf(wanted, nothing);
    const effect = () => void delete server.oldFlavor;
    return { from: ["VERIFY_RESIZE"], task: "resize_confirming", to: "ACTIVE", effect };
  },
  revertResize: (server, wanted, cloud) => {
    bodyOf(wanted, nothing);
    return {
      ...{ from: ["VERIFY_RESIZE"], task: "resize_reverting", during: "REVERT_RESIZE" },
      to: "ACTIVE",
      effect: async () => {
        await reflavor(cloud, server, server.oldFlavor ?? server.flavor);
        delete server.oldFlavor;
      },
    };
  },
  rebuild: (server, wanted, cloud) => {
    const { imageRef, ...more } = bodyOf(wanted, rebuild);
    const image = imageFor(imageRef);
    return {
      ...{ from: ["ACTIVE", "SHUTOFF", "ERROR"], task: "rebuilding", during: "REBUILD" },
      to: "ACTIVE",
      effect: async () => {
        Object.assign(server, more, { image });
        plugOut(cloud, server);
        await server.machine?.destroy();
        await makeMachine(cloud, server);
      },
    };
  },
};

export function serverActionRoutes(cloud: Cloud): Routes {
  return {
    "POST /v2.1/servers/{id}/action": ({ body }, { id = "" }) => {
      const server = serverOf(cloud, id);
      const [[name = "", wanted] = []] = Object.entries(body ?? {});
      if (name === "forceDelete") {
        takeDown(cloud, server);
        return { status: 202 };
      }
      const prepare = ACTIONS[name];
      if (!prepare) throw new Unfitting(`There is no such action: ${name}.`);
      const change = prepare(server, wanted, cloud);
      refuseBusy(server, name, change);
      perform(cloud, server, name, change);
      return name === "rebuild"
        ? { status: 202, body: { server: serverView(server) } }
        : { status: name === "confirmResize" ? 204 : 202 };
    },
  };
}

/** @throws Refusal 409 in Nova's words */
function refuseBusy(server: Server, name: string, { from }: Change): void {
  const state = server.task === null ? undefined : `task_state ${server.task}`;
  if (!state && from.includes(server.status)) return;
  const words = state ?? `vm_state ${server.status.toLowerCase()}`;
  throw conflict(`Cannot '${name}' instance ${server.id} while it is in ${words}`);
}

/** No other change is taken until it is done. */
function perform(cloud: Cloud, server: Server, name: string, change: Change): void {
  const { schedule, delays } = cloud.options;
  Object.assign(server, { task: change.task, status: change.during ?? server.status });
  const what = `${name} of ${server.name}`;
  schedule.after(schedule.draw(delays.serverAction), what, () => {
    work(cloud, server, what, async () => {
      // It may have been deleted meanwhile.
      if (!cloud.servers.has(server.id)) return;
      if (server.hasVanished) return fail(server, "Instance disappeared unexpectedly.");
      try {
        await change.effect();
        settle(server, change.to);
      } catch (error) {
        fail(server, `Instance failed to ${name}.`);
        throw error;
      }
    });
  });
}

async function turnOff(cloud: Cloud, server: Server, how: "powerOff" | "shutDown"): Promise<void> {
  plugOut(cloud, server);
  await machineOf(server)[how]();
}

/** A machine gets another size by a restart. */
async function reflavor(cloud: Cloud, server: Server, flavor: Flavor): Promise<void> {
  await turnOff(cloud, server, "shutDown");
  await machineOf(server).resize(sizeOf(flavor));
  server.flavor = flavor;
  await boot(cloud, server);
}
