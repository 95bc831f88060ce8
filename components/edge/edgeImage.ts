import type * as pulumi from "@pulumi/pulumi";
import type { EdgeRecipe } from "../../lib/edgeRecipe.mjs";
import type { Host, HostCommand } from "../machine/host.ts";
import { runHostScript } from "../machine/hostScript.ts";

/** Builds the image of our HAProxy on a host in a cloud. */
export function edgeImage(
  name: string,
  host: Pick<Host, "run">,
  hostName: string,
  { image, base, packageDate, dockerfile }: EdgeRecipe,
  parent: pulumi.Resource,
): HostCommand {
  return runHostScript(
    host,
    name,
    {
      script: "edge-image.sh",
      values: { HOST: hostName, IMAGE: image, BASE: base, PACKAGE_DATE: packageDate },
      input: dockerfile,
    },
    { parent },
  );
}

/** The same for this machine, as a command and its input. */
export function edgeImageBuild({ image, base, packageDate, dockerfile }: EdgeRecipe) {
  const values = [`BASE=${base}`, `PACKAGE_DATE=${packageDate}`];
  const buildArgs = values.flatMap((value) => ["--build-arg", value]);
  return {
    command: ["docker", "build", "--pull", ...buildArgs, "--tag", image, "-"],
    input: dockerfile,
  };
}
