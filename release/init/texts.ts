import type { Answers } from "./answers.ts";

/** The program's file name: Node 20 runs no TypeScript, and these lines are valid in both languages. */
export type Entry = "index.ts" | "index.js";

const DOCUMENTATION = "node_modules/blue-green/docs";

export const PROGRAM = `import { blueGreen } from "blue-green";

export const { url, previewUrl, activeColor, idleColor, pools, canary, services, monthlyCost, release } =
  await blueGreen();
`;

export const IGNORED = ["node_modules/", ".pulumi/"];
/** What must not get into the app's image from the stack's own folder. */
export const NOT_IN_IMAGE = [...IGNORED, "Pulumi.*.yaml"];

/** @param more Lines for the template only. */
export function projectFile(project: string, entry: Entry, more = ""): string {
  return `name: ${project}
description: Blue/green releases without downtime on plain machines
runtime:
  name: nodejs
  options:
    typescript: false
main: ${entry}
# Older CLIs only warn if a hook fails, and would change a color that takes traffic.
requiredPulumiVersion: ">=3.245.0"
# State is kept in .pulumi/ beside this file. For another backend set PULUMI_BACKEND_URL, or remove these two
# lines and use \`pulumi login\`. Without metadata=skip each state file has a second one beside it, which a
# killed up can leave empty.
backend:
  url: file://.?metadata=skip
${more}`;
}

export function stackFile({ project, target, image, port, healthPath }: Answers): string {
  return `# All settings: ${DOCUMENTATION}/configuration.md
config:
  ${project}:target: ${target}
  # The color that takes traffic. A switch changes this and nothing else.
  ${project}:activeColor: blue
  # A color's image and number of hosts. Use a new tag for each build, or a digest. The first release adds
  # green here: npx bluegreen release --image ...
  ${project}:blue:
    image: ${yamlText(image)}
    count: 2
  ${project}:app:
    # The app's port in its container, also available as $PORT.
    port: ${port}
    # Answers 200 when the app is ready for requests.
    healthPath: ${yamlText(healthPath)}
${targetSettings(project, target)}`;
}

function targetSettings(project: string, target: string): string {
  if (target === "local") {
    return `  ${project}:edge:
    # Port for users, and port where testers see the idle color.
    port: 8080
    previewPort: 8081
`;
  }
  const place = target === "digitalocean" ? "fra1" : "GRA11";
  return `  # Credentials for the account, and more: ${DOCUMENTATION}/${target}.md
  ${project}:${target}:
    region: ${place}
`;
}

/** Unquoted if YAML reads it as this text. */
function yamlText(text: string): string {
  return /^[A-Za-z/][\w./:@-]*$/.test(text) && !/:$/.test(text) ? text : JSON.stringify(text);
}

export function manifest(dependency: string): string {
  return json({ private: true, type: "module", dependencies: { "blue-green": dependency } });
}

/** The manifest with the dependency, as an ES module; everything else, even indentation, is unchanged. */
export function manifestWith(text: string, dependency: string): string {
  const found = JSON.parse(text) as Manifest;
  if (found.type === "module" && dependencyIn(found) !== undefined) return text;
  const indent = /^[ \t]+/m.exec(text)?.[0] ?? 2;
  const dependencies =
    dependencyIn(found) === undefined
      ? { ...found.dependencies, "blue-green": dependency }
      : found.dependencies;
  return json({ ...found, type: "module", ...(dependencies && { dependencies }) }, indent);
}

export interface Manifest {
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function dependencyIn({ dependencies, devDependencies }: Manifest): string | undefined {
  return dependencies?.["blue-green"] ?? devDependencies?.["blue-green"];
}

/** Skips lines that already exist, with or without a slash. */
export function ignoreFileWith(text: string, ignored = IGNORED): string {
  const lines = new Set(text.split("\n").map((line) => line.trim().replace(/^\/|\/$/g, "")));
  const missing = ignored.filter((line) => !lines.has(line.replace(/\/$/, "")));
  if (missing.length === 0) return text;
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${text}${separator}${missing.join("\n")}\n`;
}

function json(value: unknown, indent: string | number = 2): string {
  return `${JSON.stringify(value, null, indent)}\n`;
}

/**
 * What `init` writes, as a template of `pulumi new`, by file. The CLI asks for the values under `config`; an image
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
