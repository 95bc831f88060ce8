import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import { BASE_TAG, EDGE_TAG, inspectImage } from "./images.mjs";
import { ROOT, hashOf } from "./places.mjs";
import { run, tail } from "./run.mjs";

const FOLDER = join(ROOT, "components", "edge", "image");
const LABEL = "blue-green.source";
const BUILD_MS = 10 * 60_000;

/** @type {import("./steps.mjs").Step} */
export const edgeImage = {
  name: "edge-image",
  title: `edge image ${EDGE_TAG}`,
  scope: () => "machine",

  async isDone() {
    const label = `{{index .Config.Labels "${LABEL}"}}`;
    const built = inspectImage(EDGE_TAG, label);
    return (await built) === (await source());
  },

  async bring({ verbose }) {
    const args = ["build", "--build-arg", `BASE=${BASE_TAG}`, "--tag", EDGE_TAG];
    const label = ["--label", `${LABEL}=${await source()}`];
    const ran = await run("docker", [...args, ...label, FOLDER], { timeoutMs: BUILD_MS, verbose });
    if (ran.ok) return `edge image ${EDGE_TAG} (built)`;
    throw new SetupError(
      `the edge image ${EDGE_TAG} could not be built.`,
      `${ran.problem}:\n${tail(ran.output, 25)}`,
      `docker ${args.join(" ")} ${FOLDER}`,
    );
  },
};

/** Of the Dockerfile and of the base that it is built on. */
async function source() {
  const base = (await inspectImage(BASE_TAG, "{{.Id}}")) ?? "none";
  return `${await hashOf([FOLDER])}-${base.replace("sha256:", "").slice(0, 12)}`;
}
