import { fileURLToPath } from "node:url";
import { cpus } from "node:os";
import { execa } from "execa";
import { EDGE_TAG } from "../setup/images.mjs";
import { TestStack } from "../../test/helpers/testStack.ts";
import { atEnd } from "./cleanUp.ts";

/** The header in which a backend names its color. */
export const COLOR_HEADER = "x-served-by";

const FOLDER = fileURLToPath(new URL("backend/", import.meta.url));

/** Builds a version of the backend, and returns its tag. */
export async function buildBackend(version: string): Promise<string> {
  const tag = `blue-green-bench:${version}`;
  const buildArgs = ["--build-arg", `BASE=${EDGE_TAG}`, "--build-arg", `VERSION=${version}`];
  await execa("docker", ["build", "--tag", tag, ...buildArgs, FOLDER]);
  atEnd(() => execa("docker", ["image", "rm", tag]));
  return tag;
}

/**
 * What all benchmarks' stacks have in common. The limit on CPUs is above what the machine has:
 * Linux enforces one in slices of 100 ms, which would show as latency.
 */
export const STACK_CONFIG = { app: { cpus: cpus().length, stopSeconds: 5 }, drainSeconds: 0 };

/** A stack that is destroyed at the end of the run. */
export async function benchStack(
  config: Record<string, unknown>,
  makeFolder?: () => Promise<string>,
): Promise<TestStack> {
  const stack = await TestStack.create({ ...STACK_CONFIG, ...config }, {}, makeFolder);
  atEnd(() => stack.remove());
  return stack;
}

/** A container's address in its network. */
export async function addressOf(container: string): Promise<string> {
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const { stdout } = await execa("docker", ["container", "inspect", "--format", format, container]);
  return stdout;
}
