import { execa } from "execa";
import { buildImage } from "../../app/build.ts";
import { withLock } from "../../dev/setup/lock.mjs";

/**
 * The example app's repository in tests; separate because the demo creates and removes its own
 * tags.
 */
export const TESTED_APP = "blue-green-tested";

/** One build per tag and run, even if several tests request it. */
const builds = new Map<string, Promise<string>>();

/** Builds the example app as `blue-green-tested:<version>` and returns that tag. */
export function buildApp(version: string): Promise<string> {
  return buildOnce(`${TESTED_APP}:${version}`, (tag) => buildImage(tag, version));
}

/** Builds an image from this Dockerfile alone and returns its tag. */
export function buildFrom(tag: string, dockerfile: string): Promise<string> {
  return buildOnce(tag, () => execa("docker", ["build", "--tag", tag, "-"], { input: dockerfile }));
}

/**
 * One build at a time on this machine: two parallel builds create two images, and the tag ends up
 * on the later one while a stack runs the other.
 */
export function buildOnce(tag: string, build: (tag: string) => Promise<unknown>): Promise<string> {
  let begun = builds.get(tag);
  if (begun === undefined) {
    begun = withLock("images of tests", () => build(tag)).then(() => tag);
    builds.set(tag, begun);
  }
  return begun;
}
