import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import { BASE_12_TAG, BASE_TAG, EDGE_12_TAG, EDGE_TAG, inspectImage } from "./images.mjs";
import { ROOT, hashOf } from "./places.mjs";
import { run, tail } from "./run.mjs";

const FOLDER = join(ROOT, "components", "edge", "image");
const LABEL = "blue-green.source";
const BUILD_MS = 10 * 60_000;

export const edgeImage = step("edge-image", EDGE_TAG, BASE_TAG);
/** Needs `base-image-12`. */
export const edgeImage12 = step("edge-image-12", EDGE_12_TAG, BASE_12_TAG);

/**
 * @param {string} name
 * @param {string} tag
 * @param {string} base
 * @returns {import("./steps.mjs").Step}
 */
function step(name, tag, base) {
  return {
    name,
    title: `edge image ${tag}`,
    scope: () => "machine",

    async isDone() {
      const built = inspectImage(tag, `{{index .Config.Labels "${LABEL}"}}`);
      return (await built) === (await source(base));
    },

    async bring({ verbose }) {
      const args = ["build", "--build-arg", `BASE=${base}`, "--tag", tag];
      const label = ["--label", `${LABEL}=${await source(base)}`];
      const ran = await run("docker", [...args, ...label, FOLDER], {
        timeoutMs: BUILD_MS,
        verbose,
      });
      if (ran.ok) return `edge image ${tag} (built)`;
      throw new SetupError(
        `the edge image ${tag} could not be built.`,
        `${ran.problem}:\n${tail(ran.output, 25)}`,
        `docker ${args.join(" ")} ${FOLDER}`,
      );
    },
  };
}

/**
 * Of the Dockerfile and of the base that it is built on.
 * @param {string} base
 */
async function source(base) {
  const id = (await inspectImage(base, "{{.Id}}")) ?? "none";
  return `${await hashOf([FOLDER])}-${id.replace("sha256:", "").slice(0, 12)}`;
}
