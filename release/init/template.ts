import { ignoreFileWith, manifest, PROGRAM, projectFile } from "./texts.ts";

/**
 * What `init` writes, as a template of `pulumi new`, by file. The CLI asks for what stands in `config`; an image
 * is part of a structured setting, which it can't ask for.
 */
export function templateFiles(version: string): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": projectFile("${PROJECT}", "index.ts", TEMPLATE).replace(
      /^description: .*$/m,
      "description: ${DESCRIPTION}",
    ),
    "index.ts": PROGRAM,
    "package.json": manifest(version),
    ".gitignore": ignoreFileWith(""),
  };
}

const TEMPLATE = `template:
  description: Blue/green releases without downtime on plain machines
  quickstart: |
    pulumi config set --path blue.image registry.example.com/shop:1.4.2
    pulumi up
  config:
    target:
      description: "Where it runs: local (this machine), digitalocean or ovh"
      default: local
    activeColor:
      description: "The color that takes traffic: blue or green"
      default: blue
`;
