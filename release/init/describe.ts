import { relative } from "node:path";
import type { Answers } from "./answers.ts";
import type { Place } from "./place.ts";
import type { PlannedFile } from "./plannedFiles.ts";

/** What happened to each file, and the text of those that were not written. */
export function describeFiles(files: readonly PlannedFile[], isDryRun: boolean): string[] {
  const verbs = isDryRun
    ? { write: "would write", extend: "would add to", keep: "stays", none: "is up to date" }
    : { write: "wrote", extend: "added to", keep: "stays", none: "is up to date" };
  return files.flatMap(({ path, text, action }) => {
    const name = relative(".", path);
    const isShown = isDryRun && (action === "write" || action === "extend");
    if (action === "none") return [`${name} ${verbs.none}`];
    if (action === "keep") {
      return [`${name} already exists and stays unchanged. New contents would be:`, ...shown(text)];
    }
    return [`${verbs[action]} ${name}${isShown ? ":" : ""}`, ...(isShown ? shown(text) : [])];
  });
}

function shown(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`.trimEnd());
}

/** The commands to the first `up`. */
export function nextCommands(
  { stack, target }: Pick<Answers, "stack" | "target">,
  { folder }: Pick<Place, "folder">,
): string[] {
  const isHere = relative(".", folder) === "";
  const secret = 'npx pulumi config set --secret --path ssh.secret "$(openssl rand -hex 32)"';
  const cloud = [
    ...(target === "digitalocean" ? ["export DIGITALOCEAN_TOKEN=..."] : [". ./openrc.sh"]),
    "npx pulumi stack init " + stack,
    `${secret} --stack ${stack}`,
    `npx pulumi config set --path 'ssh.allowedCidrs[0]' YOUR_ADDRESS/32 --stack ${stack}`,
  ];
  return [
    "",
    "Next:",
    ...(isHere ? [] : [`  cd ${relative(".", folder)}`]),
    "  npm install",
    "  export PULUMI_CONFIG_PASSPHRASE=...   # of your choice; it encrypts the stack's secrets",
    ...(target === "local" ? [`npx pulumi stack init ${stack}`] : cloud).map((line) => `  ${line}`),
    `  npx pulumi up --stack ${stack}`,
  ];
}
