import { createServer } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import { localRecipe } from "../../settings/haproxyVersion.ts";
import type { Settings } from "../../settings/types.ts";
import { edgeImageBuild } from "../edge/edgeImage.ts";
import { exec, THIS_MACHINE } from "../machine/exec.ts";
import { UserError } from "../../lib/userError.ts";

const DEADLINE_MS = 30_000;
const BUILD_MS = 15 * 60_000;

/**
 * Finds what would make an `up` fail halfway, before anything is touched.
 *
 * @param running The image of the running balancer; empty if there is none.
 * @throws UserError with all problems.
 */
export async function localPreflight(
  settings: Settings,
  running: string,
  names: StackNames,
  seen: Observation,
): Promise<void> {
  const { edge } = settings;
  const published = await publishedPorts(names.edge, seen);
  const problems = await Promise.all([
    imageProblem(settings, running),
    ...(["port", "previewPort"] as const)
      .filter((setting) => !published.has(edge[setting]))
      .map((setting) => portProblem(setting, edge[setting])),
  ]);
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new UserError(found.join("\n"));
}

/** `up` builds a missing image; a preview does not, since it changes nothing. */
async function imageProblem(settings: Settings, running: string): Promise<string | undefined> {
  const recipe = localRecipe(settings, running);
  const { image } = recipe;
  const { code } = await docker("image", "inspect", image);
  if (code === 0) return undefined;
  if (pulumi.runtime.isDryRun()) {
    await pulumi.log.info(
      `The balancer's image ${image} is not here yet; pulumi up builds it first.`,
    );
    return undefined;
  }
  await pulumi.log.info(
    `Building the balancer's image ${image}, which is not on this machine yet.`,
  );
  const { command, input } = edgeImageBuild(recipe);
  const built = await exec(THIS_MACHINE, command, { input, timeoutMs: BUILD_MS });
  if (built.code === 0) return undefined;
  const said = built.stderr.trim().split("\n").slice(-15).join("\n");
  return (
    `The balancer's image ${image} is not on this machine and could not be built:\n${said}\n` +
    "Fix that and run pulumi up again, or copy the image from another machine: docker save, docker load. " +
    "A checkout of this program can build it from Debian packages: npm run setup"
  );
}

/** The ports held by this stack's own balancer. */
async function publishedPorts(container: string, seen: Observation): Promise<Set<number>> {
  if (seen.balancer.state !== "running") return new Set();
  const { stdout } = await docker("port", container);
  return new Set([...stdout.matchAll(/:(\d+)$/gm)].map((match) => Number(match[1])));
}

function docker(...args: readonly string[]) {
  return exec(THIS_MACHINE, ["docker", ...args], { timeoutMs: DEADLINE_MS });
}

function portProblem(setting: "port" | "previewPort", port: number): Promise<string | undefined> {
  const host = setting === "port" ? "0.0.0.0" : "127.0.0.1";
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      // Only Docker needs permission to listen there, so EACCES below 1024 means nothing.
      const isTaken = error.code === "EADDRINUSE";
      resolve(
        isTaken
          ? `edge.${setting}: port ${port} is in use on this machine by another program or stack. ` +
              `Choose a free one: pulumi config set --path edge.${setting} ${otherPort(port)}`
          : undefined,
      );
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => resolve(undefined));
    });
  });
}

function otherPort(port: number): number {
  return port + 10 <= 65535 ? port + 10 : port - 10;
}
