import { fileURLToPath } from "node:url";
import { execa } from "execa";

const APP = fileURLToPath(new URL("../../app/", import.meta.url));
const BASE = "blue-green-base:bookworm";

/** One build of a version in a run, also when several tests ask for it. */
const builds = new Map<string, Promise<string>>();

/**
 * Builds the example app as `blue-green-app:<version>` and returns that tag. Docker's build cache
 * makes a second build of the same files quick, and gives the same image id.
 */
export function buildApp(version: string): Promise<string> {
  let build = builds.get(version);
  if (build === undefined) {
    build = buildOnce(version);
    builds.set(version, build);
  }
  return build;
}

async function buildOnce(version: string): Promise<string> {
  await requireBase();
  const tag = `blue-green-app:${version}`;
  const buildArgs = ["--build-arg", `BASE=${BASE}`, "--build-arg", `VERSION=${version}`];
  await execa("docker", ["build", "--tag", tag, ...buildArgs, APP]);
  return tag;
}

/** Without it the build would try to pull the base from a registry, and say so at length. */
async function requireBase(): Promise<void> {
  const { stdout } = await execa("docker", ["images", "--quiet", BASE]);
  if (stdout === "") throw new Error(`image ${BASE} is missing: run npm run setup`);
}
