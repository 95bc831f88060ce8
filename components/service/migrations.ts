import { type Color, otherColor } from "../../lib/color.ts";
import { takesTraffic } from "../../lib/route.ts";
import type { Balancer } from "./balancer.ts";
import type { BlueGreenServiceArgs } from "./blueGreenService.ts";
import type { ColorPoolArgs } from "./colorPool.ts";
import { DatabaseMigration, type LiveGate } from "./databaseMigration.ts";
import { gateChecks } from "./gateProgram.ts";
import { type GateContainer, gateScript } from "./smokeGate.ts";

/** Users of a version that the new schema has broken wait no longer than this for the way back, in seconds. */
const LIVE_SECONDS = 5;

/** The migration of a color with hosts; nothing without a database. */
export function migrationOf(
  pool: ColorPoolArgs,
  args: BlueGreenServiceArgs<Balancer>,
): Pick<ColorPoolArgs, "migrate"> {
  const { database, ssh } = args.settings;
  const { color } = pool;
  const [host] = pool.hosts;
  if (!database || !host) return {};
  return {
    migrate: (image, opts) =>
      new DatabaseMigration(
        `${color}-migration`,
        {
          ...pool,
          ...{ database, host, image },
          isDeployed: args.deployed?.has(color) ?? true,
          liveGates: liveGates(otherColor(color), pool.helperImage, args),
          ...(ssh && host.publicAddress && { sshSecret: ssh.secret }),
        },
        opts,
      ),
  };
}

/** None for a color without traffic. As for other gates, one host asks all, or each asks itself. */
function liveGates(
  color: Color,
  edgeImage: string,
  { settings, names, plan, hosts, gateFrom }: BlueGreenServiceArgs<Balancer>,
): LiveGate[] {
  if (!plan.real || !takesTraffic(color, plan.real)) return [];
  const app = settings.apps[color];
  const all = hosts[color].map((host, at) => ({
    ...{ host, address: host.address, containerName: names.container(color, at + 1) },
  }));
  // A new host of the live color has no container yet, and a dead one is no fault of the schema.
  const containers = all.filter(({ containerName }) => plan.ran(containerName));
  const health = {
    ...settings.health,
    timeoutSeconds: Math.min(settings.health.timeoutSeconds, LIVE_SECONDS),
    minUptimeSeconds: 0,
  };
  const gate = (from: LiveGate["from"], asked: readonly GateContainer[]): LiveGate => ({
    from,
    script: gateScript(from, asked, {
      ...{ color, app, health, names, edgeImage, secrets: settings.secrets },
      checks: gateChecks(app.healthPath, settings.smoke),
      ...{ digest: "", generation: "", so: "the new version gets no traffic" },
    }),
  });
  if (gateFrom && containers.length > 0) return [gate(gateFrom, containers)];
  return containers.map((container) => gate(container.host, [container]));
}
