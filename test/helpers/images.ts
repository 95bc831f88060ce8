import { execa } from "execa";
import { buildImage } from "../../app/build.ts";
import { withLock } from "../../dev/setup/lock.mjs";

/** The example app's repository in tests: the demo makes and removes tags of its own. */
export const TESTED_APP = "blue-green-tested";

/** One build of a tag in a run, also when several tests ask for it. */
const builds = new Map<string, Promise<string>>();

/** Builds the example app as `blue-green-tested:<version>` and returns that tag. */
export function buildApp(version: string): Promise<string> {
  return buildOnce(`${TESTED_APP}:${version}`, (tag) => buildImage(tag, version));
}

/** Builds an image of this Dockerfile alone, and returns its tag. */
export function buildFrom(tag: string, dockerfile: string): Promise<string> {
  return buildOnce(tag, () => execa("docker", ["build", "--tag", tag, "-"], { input: dockerfile }));
}

/**
 * One at a time on this machine: two builds side by side make two images, of which the tag then names
 * the later one, while a stack runs the other.
 */
function buildOnce(tag: string, build: (tag: string) => Promise<unknown>): Promise<string> {
  let begun = builds.get(tag);
  if (begun === undefined) {
    begun = withLock("images of tests", () => build(tag)).then(() => tag);
    builds.set(tag, begun);
  }
  return begun;
}
