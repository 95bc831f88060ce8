import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import { packageFile } from "../../lib/packageFolder.mjs";
import type { Host, HostCommand } from "../machine/host.ts";
import { runHostScript } from "../machine/hostScript.ts";

const DOCKERFILE = packageFile("components/edge/image/Dockerfile");
/** The same as in dev/setup/baseImage.mjs. */
const BASE =
  "debian:bookworm-20251229-slim@sha256:d5d3f9c23164ea16f31852f95bd5959aad1c5e854332fe00f7b3a20fcc9f635c";

/** Makes the image of our HAProxy on a host in a cloud. */
export function edgeImage(
  name: string,
  host: Pick<Host, "run">,
  hostName: string,
  image: string,
  parent: pulumi.Resource,
): HostCommand {
  return runHostScript(
    host,
    name,
    {
      script: "edge-image.sh",
      values: { HOST: hostName, IMAGE: image, BASE },
      input: readFileSync(DOCKERFILE, "utf8"),
    },
    { parent },
  );
}

/** The same on this machine, as a command and its input. */
export function edgeImageBuild(image: string) {
  return {
    command: ["docker", "build", "--pull", "--build-arg", `BASE=${BASE}`, "--tag", image, "-"],
    input: readFileSync(DOCKERFILE, "utf8"),
  };
}
