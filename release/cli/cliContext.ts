import { createInterface } from "node:readline/promises";
import type { Color } from "../../lib/color.ts";
import { type StackNames, stackNames } from "../../lib/naming.ts";
import { NO_SECRETS, type Secrets } from "../../lib/secrets.ts";
import { UserError } from "../../lib/userError.ts";
import { type ProjectFiles, readProject, readStackFile } from "../engine/projectFiles.ts";
import { jsonLines, jsonReport, printJson, textReport } from "../output/reports.ts";
import { Screen } from "../output/screen.ts";
import type { Report } from "../run/events.ts";
import { openStore } from "../store/openStore.ts";
import { type Owner, thisOwner } from "../store/owner.ts";
import type { Store } from "../store/store.ts";
import { Refused } from "./exitCodes.ts";

/** The flags of all commands. */
export interface Options {
  readonly stack: string | undefined;
  readonly json: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** What is known without asking the Pulumi CLI, and so within a tenth of a second. */
export interface CliContext {
  readonly options: Options;
  readonly project: ProjectFiles;
  readonly stack: string;
  readonly names: StackNames;
  /** The stack file's values, with secrets still encrypted; the defaults if it can't be read. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Why the stack file can't be read. Commands that need it throw this. */
  readonly fileProblem?: UserError;
  readonly store: Store;
  readonly owner: Owner;
  /** For people: `ann on laptop`. */
  readonly by: string;
  readonly screen: Screen;
  readonly report: Report;
  /** Prints what a command was asked for, with `--json`. */
  readonly answer: (event: "status" | "history" | "lock" | "doctor", value: object) => void;
  /** Keeps these out of all that is printed from now on. */
  readonly keep: (secrets: Secrets) => void;
  readonly mask: (text: string) => string;
}

/** @throws UserError if the folder or the store of its releases can't be used. */
export async function openCliContext(options: Options): Promise<CliContext> {
  const project = await readProject(process.cwd());
  const stack = stackOf(options);
  const short = stack.slice(stack.lastIndexOf("/") + 1);
  const file = await readStackFile(project, short).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  const fileProblem = file instanceof UserError ? file : undefined;
  const values = file instanceof UserError ? project.defaults : file;
  const { store } = (values["release"] ?? {}) as { store?: unknown };
  if (store !== undefined && typeof store !== "string") throw secretStore();
  const owner = await thisOwner();
  let secrets = NO_SECRETS;
  const mask = <T>(value: T): T => secrets.mask(value);
  const screen = new Screen(options.json ? jsonLines() : process.stdout, process.env, mask);
  const print = options.json ? jsonReport() : textReport(screen);
  return {
    options,
    project,
    stack,
    names: stackNames(project.name, short),
    values,
    ...(fileProblem && { fileProblem }),
    store: await openStore(store ?? project.backendUrl, project.name, short),
    owner,
    by: `${owner.user} on ${owner.host}`,
    screen,
    report: (event) => print(mask(event)),
    answer: (event, value) => printJson(mask({ event, ...value })),
    mask,
    keep: (known) => {
      secrets = known;
    },
  };
}

/** As the stack file has it. Commands that need more than this check the whole config. */
export function configuredColor({ values, stack, fileProblem }: CliContext): Color {
  if (fileProblem) throw fileProblem;
  const color = values["activeColor"];
  if (color === "blue" || color === "green") return color;
  throw new UserError(
    `activeColor: must be blue or green in Pulumi.${stack}.yaml. ` +
      "Set it: pulumi config set activeColor blue",
  );
}

/** @throws Refused if the answer is no, or there is no terminal to ask on. */
export async function confirm({ options, screen }: CliContext, question: string): Promise<void> {
  if (options.yes) return;
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new Refused(`${question} There is no terminal to ask on. Confirm in advance: --yes`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await lines.question(`${screen.paint(question, "bold")} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw new Refused("Nothing was changed.");
  } finally {
    lines.close();
  }
}

function secretStore(): UserError {
  return new UserError(
    "release.store: must not be a secret, since it is read before anything is decrypted. Set it: " +
      "pulumi config set --plaintext --path release.store s3://releases",
  );
}

function stackOf({ stack }: Options): string {
  const name = stack ?? process.env["PULUMI_STACK"];
  if (name) return name;
  throw new UserError(
    "No stack is named. Name one: --stack NAME, or export PULUMI_STACK=NAME. List them: pulumi stack ls",
  );
}
