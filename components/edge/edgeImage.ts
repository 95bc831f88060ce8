import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import { packageFile } from "../../lib/packageFolder.mjs";
import type { HaproxyVersion } from "../../settings/types.ts";
import type { Host, HostCommand } from "../machine/host.ts";
import { runHostScript } from "../machine/hostScript.ts";
import { haproxyImage } from "../../settings/haproxyVersion.ts";

const DOCKERFILE = packageFile("components/edge/image/Dockerfile");
/** The Debian image of each HAProxy version; the same as in dev/setup/baseImage.mjs. */
const BASES: Readonly<Record<HaproxyVersion, string>> = {
  "2.6":
    "debian:bookworm-20251229-slim@sha256:d5d3f9c23164ea16f31852f95bd5959aad1c5e854332fe00f7b3a20fcc9f635c",
  "3.0":
    "debian:trixie-20260824-slim@sha256:d7e12182ce18b85b93007c1dedf31f2d29e01ccf3182cc4017c709b6259bc132",
};

/** Builds the image of our HAProxy on a host in a cloud. */
export function edgeImage(
  name: string,
  host: Pick<Host, "run">,
  hostName: string,
  version: HaproxyVersion,
  parent: pulumi.Resource,
): HostCommand {
  return runHostScript(
    host,
    name,
    {
      script: "edge-image.sh",
      values: { HOST: hostName, IMAGE: haproxyImage(version), BASE: BASES[version] },
      input: readFileSync(DOCKERFILE, "utf8"),
    },
    { parent },
  );
}

/** The same for this machine, as a command and its input. */
export function edgeImageBuild(version: HaproxyVersion) {
  const base = `BASE=${BASES[version]}`;
  return {
    command: [
      "docker",
      "build",
      "--pull",
      "--build-arg",
      base,
      "--tag",
      haproxyImage(version),
      "-",
    ],
    input: readFileSync(DOCKERFILE, "utf8"),
  };
}
