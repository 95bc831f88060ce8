import { APP_REPOSITORY, buildImage } from "../../app/build.ts";

/** One build of a version in a run, also when several tests ask for it. */
const builds = new Map<string, Promise<string>>();

/** Builds the example app as `blue-green-app:<version>` and returns that tag. */
export function buildApp(version: string): Promise<string> {
  let build = builds.get(version);
  if (build === undefined) {
    const tag = `${APP_REPOSITORY}:${version}`;
    build = buildImage(tag, version).then(() => tag);
    builds.set(version, build);
  }
  return build;
}
