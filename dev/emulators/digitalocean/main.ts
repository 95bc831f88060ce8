/**
 * `npx tsx dev/emulators/digitalocean/main.ts`: an emulated account, by hand. It prints what to
 * put into the environment, and removes all that was made at Ctrl-C.
 */
import { parseArgs } from "node:util";
import { EDGE_TAGS } from "../../setup/images.mjs";
import { keepUntilSignal } from "../untilSignal.ts";
import { startDigitalOcean } from "./index.ts";
import { RealMachines } from "./realMachines.ts";

const HELP = `Starts an emulated DigitalOcean account on this machine. It needs Docker and what
"npm run setup" brings.

  npx tsx dev/emulators/digitalocean/main.ts [--port PORT] [--droplets N] [--seed N]

  --port      where the API listens on 127.0.0.1; default: a free port
  --droplets  the account's limit; default 25
  --seed      draws the same delays again; default 1

Ctrl-C removes all that was made. What a kill -9 leaves behind is removed by
  docker rm --force $(docker ps --all --quiet --filter label=blue-green.emulator)
  docker network rm $(docker network ls --quiet --filter label=blue-green.emulator)`;

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    droplets: { type: "string", default: "25" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const cloud = await startDigitalOcean({
    machines: new RealMachines(EDGE_TAGS),
    limits: { droplets: Number(options.droplets) },
    ...{ port: Number(options.port), seed: Number(options.seed) },
  });
  console.log(`export DIGITALOCEAN_API_URL=${cloud.url}\nexport DIGITALOCEAN_TOKEN=${cloud.token}`);
  keepUntilSignal(cloud);
}
