/**
 * `npx tsx dev/emulators/openstack/main.ts`: an emulated project, by hand. It prints what to put
 * into the environment, and removes all that was made at Ctrl-C.
 */
import { parseArgs } from "node:util";
import { EDGE_TAGS } from "../../setup/images.mjs";
import { startRegistry } from "../registry/registry.ts";
import { keepUntilSignal } from "../untilSignal.ts";
import { startOvh } from "./ovh.ts";

const HELP = `Starts an emulated project of OVH's Public Cloud on this machine. It needs Docker and
what "npm run setup" brings.

  npx tsx dev/emulators/openstack/main.ts [--port PORT] [--seed N] [--push IMAGE]

  --port  where the API listens on 127.0.0.1; default: a free port
  --seed  draws the same delays again; default 1
  --push  an image of this machine's Docker for the registry beside it; may be given again

Ctrl-C removes all that was made. What a kill -9 leaves behind is removed by
  docker rm --force $(docker ps --all --quiet --filter label=blue-green.emulator)
  docker network rm $(docker network ls --quiet --filter label=blue-green.emulator)`;

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    push: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const cloud = await startOvh({
    ...{ port: Number(options.port), seed: Number(options.seed), preloadImages: EDGE_TAGS },
  });
  keepUntilSignal(cloud);
  for (const [name, value] of Object.entries(cloud.environment)) {
    console.log(`export ${name}='${value}'`);
  }
  if (options.push.length === 0) return;
  const [label = "", value = ""] = cloud.label.split("=");
  const place = { name: `${value}-registry`, labels: { [label]: value } };
  const registry = await startRegistry({ ...place, network: cloud.externalNetwork });
  for (const image of options.push) console.error(`${image} is ${await registry.push(image)}`);
}
