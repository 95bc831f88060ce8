import { randomBytes } from "node:crypto";
import { COLORS } from "../../lib/color.ts";
import { docker, removeContainers } from "../../dev/emulators/docker.ts";
import { eventually } from "./asking.ts";
import { BASE_TAG } from "../../dev/setup/images.mjs";
import { buildFrom } from "./images.ts";
import type { TestStack } from "./testStack.ts";

const TAG = "blue-green-prometheus:test";

const DOCKERFILE = `
FROM ${BASE_TAG}
RUN apt-get update \\
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus
CMD ["sh", "-c", "echo \\"$CONFIG\\" >/tmp/prometheus.yml && exec prometheus --config.file=/tmp/prometheus.yml --storage.tsdb.path=/tmp/data"]
`;

export interface Prometheus {
  readonly url: string;
  stop(): Promise<void>;
}

/** A real Prometheus in the stack's network, which scrapes a color's first host every second. */
export async function startPrometheus(stack: TestStack): Promise<Prometheus> {
  await buildFrom(TAG, DOCKERFILE);
  const name = `blue-green-test-prometheus-${randomBytes(4).toString("hex")}`;
  await docker(
    ...["run", "--detach", "--name", name, "--label", "blue-green.test=prometheus"],
    ...["--network", `blue-green-${stack.name}`, "--publish", "127.0.0.1::9090"],
    ...["--env", `CONFIG=${configFor(stack)}`, TAG],
  );
  const address = (await docker("port", name, "9090")).split("\n")[0] ?? "";
  const url = `http://${address}`;
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually("Prometheus is ready", isReady, (ready) => ready);
  return { url, stop: () => removeContainers(name) };
}

function configFor(stack: TestStack): string {
  const targets = COLORS.map((color) => ({
    targets: [`${stack.container(color, 1)}:8000`],
    labels: { color },
  }));
  return JSON.stringify({
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: [{ job_name: "app", static_configs: targets }],
  }).replaceAll('"', "'");
}
