import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import { BASE_12_TAG, BASE_TAG, EDGE_12_TAGS, EDGE_TAGS, inspectImage } from "./images.mjs";
import { ROOT, hashOf } from "./places.mjs";
import { run, tail } from "./run.mjs";

const FOLDER = join(ROOT, "components", "edge", "image");
const LABEL = "blue-green.source";
const BUILD_MS = 10 * 60_000;

export const edgeImage = step("edge-image", EDGE_TAGS, BASE_TAG);
/** Needs `base-image-12`. */
export const edgeImage12 = step("edge-image-12", EDGE_12_TAGS, BASE_12_TAG);

/**
 * @param {string} name
 * @param {readonly string[]} tags
 * @param {string} base
 * @returns {import("./steps.mjs").Step}
 */
function step(name, tags, base) {
  const [tag = ""] = tags;
  return {
    name,
    title: `edge image ${tag}`,
    scope: () => "machine",

    async isDone() {
      const label = `{{index .Config.Labels "${LABEL}"}}`;
      const [wanted, ...built] = await Promise.all([
        source(base),
        ...tags.map((one) => inspectImage(one, label)),
      ]);
      return built.every((one) => one === wanted);
    },

    async bring({ verbose }) {
      const args = [
        "build",
        "--build-arg",
        `BASE=${base}`,
        ...tags.flatMap((one) => ["--tag", one]),
      ];
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
