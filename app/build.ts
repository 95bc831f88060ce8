import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { UserError } from "../lib/userError.ts";
import { BASE_TAG } from "../dev/setup/images.mjs";

const APP = fileURLToPath(new URL("./", import.meta.url));

/** Every image of the example app is a tag of this repository. */
export const APP_REPOSITORY = "blue-green-app";

/** The command that builds the example app's image, as a user would type it. */
export function buildCommand(tag: string, version: string): string[] {
  const buildArgs = ["--build-arg", `BASE=${BASE_TAG}`, "--build-arg", `VERSION=${version}`];
  return ["docker", "build", "--tag", tag, ...buildArgs, "app"];
}

/**
 * Builds the image. Docker's build cache makes a second build of the same files quick, with the same
 * image id.
 *
 * @throws UserError if the base image is missing, or with the output of a failed build.
 */
export async function buildImage(tag: string, version: string): Promise<void> {
  await requireBase();
  const [command = "", ...args] = buildCommand(tag, version);
  const folderless = args.slice(0, -1);
  const built = await execa(command, [...folderless, APP], { all: true, reject: false });
  if (built.failed) throw new UserError(`The image ${tag} could not be built:\n${built.all}`);
}

/** Without the base the build would try to pull it from a registry, with a long error. */
async function requireBase(): Promise<void> {
  const { stdout, stderr, failed } = await execa("docker", ["images", "--quiet", BASE_TAG], {
    reject: false,
  });
  if (failed) throw new UserError(`Docker does not answer: ${stderr}\nStart it: npm run setup`);
  if (stdout === "")
    throw new UserError(`The image ${BASE_TAG} is missing. Build it: npm run setup`);
}
