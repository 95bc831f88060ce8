import { cpus, release, totalmem } from "node:os";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { EDGE_TAG } from "../setup/images.mjs";

const CLI = fileURLToPath(new URL("../../node_modules/.bin/pulumi", import.meta.url));

/** What a figure depends on, read when the run begins. */
export async function describeMachine(): Promise<string[]> {
  const [docker, haproxy, pulumi, sdk] = await Promise.all([
    firstLine("docker", "version", "--format", "{{.Server.Version}}"),
    firstLine("docker", "run", "--rm", "--network", "none", EDGE_TAG, "haproxy", "-v"),
    firstLine(CLI, "version"),
    readFile(new URL("../../node_modules/@pulumi/pulumi/package.json", import.meta.url), "utf8"),
  ]);
  const { version } = JSON.parse(sdk) as { version: string };
  const processors = cpus();
  return [
    `Machine: ${processors.length} cores (${processors[0]?.model.trim() ?? "unknown"}), ` +
      `${Math.round(totalmem() / 2 ** 30)} GiB of memory, kernel ${release()}.`,
    `Versions: Node.js ${process.version}, Docker ${docker}, ${/HAProxy version \S+/.exec(haproxy)?.[0] ?? haproxy}, ` +
      `Pulumi CLI ${pulumi}, @pulumi/pulumi ${version}.`,
  ];
}

async function firstLine(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await execa(command, args, { env: { PULUMI_SKIP_UPDATE_CHECK: "true" } });
  return stdout.split("\n")[0]?.trim() ?? "";
}
