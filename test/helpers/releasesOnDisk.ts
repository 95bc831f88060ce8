/** Releases one image after another; prints a line of JSON for each. Arguments: how many, and megabytes of each. */
import { execa } from "execa";
import { bluegreen } from "./bluegreen.ts";
import { docker, TestStack } from "./testStack.ts";

const [count = 0, megabytes = 0] = process.argv.slice(2).map(Number);
const BASE = "blue-green-tested:v1";

/** With so much of its own, which nothing can compress. */
async function build(version: number): Promise<string> {
  const tag = `blue-green-big:${version}`;
  const fill = `RUN head -c ${megabytes}000000 /dev/urandom >/srv/own-${version}`;
  const text = `FROM ${BASE}\nUSER 0\n${fill}\nUSER 10001\nHEALTHCHECK NONE\n`;
  await execa("docker", ["build", "--tag", tag, "-"], { input: text });
  return tag;
}

const stack = await TestStack.create({
  activeColor: "blue",
  blue: { image: await build(0), count: 1 },
  app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
  drainSeconds: 0,
  health: { timeoutSeconds: 60, intervalSeconds: 1 },
  images: {},
  release: { watchSeconds: 0, probe: { path: "/", ratePerSecond: 5 } },
});
try {
  await stack.mustUp();
  for (let version = 1; version <= count; version++) {
    const image = await build(version);
    // What a registry would hold: only the image itself comes to the host.
    await docker("builder", "prune", "--all", "--force");
    const { code, output } = await bluegreen(stack, "release", "--image", image, "--yes");
    const images = await docker("images", "--quiet", "blue-green-big");
    const [, free] = (
      await docker("info", "--format", "{{.DockerRootDir}}").then((folder) =>
        execa("df", ["--output=avail", "--block-size=1000000", folder]),
      )
    ).stdout.split("\n");
    const kept = images.split("\n").length;
    const problem = code === 0 ? {} : { output };
    console.log(JSON.stringify({ version, code, kept, freeMegabytes: Number(free), ...problem }));
    if (code !== 0) break;
  }
} finally {
  await stack.remove();
}
