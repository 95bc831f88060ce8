/** A pipeline in `pipelines/`, adapted to the repository of an app that installs this package. */
export interface Pipeline {
  /** In `pipelines/` of this package. */
  readonly source: string;
  /** In the repository. */
  readonly file: string;
  readonly adapt: (text: string, folder: string) => string;
}

export const PIPELINES = {
  github: {
    source: "github-actions.yml",
    file: ".github/workflows/release.yml",
    adapt: (text, folder) =>
      inFolder(adapted(text, folder), folder, (known) =>
        replace(known, /^env:\n/m, `defaults:\n  run:\n    working-directory: ${folder}\n\nenv:\n`),
      ).replace(
        /( +)(- \*checkout\n)( +- name: Build\n)/,
        // The script that pushes comes with the package.
        "$1$2$1- *setup\n$3",
      ),
  },
  gitlab: {
    source: "gitlab-ci.yml",
    file: ".gitlab-ci.yml",
    adapt: (text, folder) =>
      inFolder(
        // The script that pushes comes with the package.
        replace(adapted(text, folder), /^build:\n/m, "build:\n  extends: .stack\n"),
        folder,
        (known) => replace(known, /^( +- )npm ci$/m, `$1cd ${folder}\n$1npm ci`),
      ),
  },
  jenkins: {
    source: "Jenkinsfile",
    file: "Jenkinsfile",
    adapt: (text, folder) =>
      inFolder(adapted(text, folder), folder, (known) =>
        known
          .replaceAll(/\bsh '(?!')/g, `sh 'cd ${folder} && `)
          .replaceAll(/\bsh '''\n( +)/g, `sh '''\n$1cd ${folder}\n$1`)
          .replaceAll("fileExists('", `fileExists('${folder}/`),
      ),
  },
} as const satisfies Readonly<Record<string, Pipeline>>;

export type PipelineName = keyof typeof PIPELINES;

/** Adapts what all pipelines have in common. */
function adapted(text: string, folder: string): string {
  const context = folder === "." ? "." : folder.replaceAll(/[^/]+/g, "..");
  const changes: readonly (readonly [RegExp, string])[] = [
    [
      /^(#|\/\/) Copy this [\s\S]*?\n\1\n/,
      "$1 Written by bluegreen init. How to begin: node_modules/blue-green/docs/pipelines.md\n$1\n",
    ],
    [/node dev\/setup\.mjs --only npm --only pulumi/g, "npm ci"],
    [/docker build --tag "\$IMAGE" app/g, `docker build --tag "$IMAGE" ${context}`],
    [/\bpipelines\/test\.sh/g, "pipelines/test.sh ./test.sh"],
    [/(?<![\w/])pipelines\/(?=[\w-]+\.(sh|mjs))/g, "node_modules/blue-green/pipelines/"],
    [/\bbuilds app\/, pushes the image,/g, "builds the image, pushes it,"],
    [/\bapp\/test\.sh/g, "test.sh"],
  ];
  return changes.reduce((known, [from, to]) => replace(known, from, to), text);
}

function inFolder(text: string, folder: string, change: (text: string) => string): string {
  return folder === "." ? text : change(text);
}

function replace(text: string, from: RegExp, to: string): string {
  if (!from.test(text)) throw new Error(`The pipeline has nothing like ${String(from)}`);
  from.lastIndex = 0;
  return text.replace(from, to);
}
