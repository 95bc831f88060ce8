import { Screen } from "../output/screen.ts";
import type { Color } from "../../lib/color.ts";
import { type StackNames, stackNames } from "../../lib/naming.ts";
import { UserError } from "../../lib/userError.ts";
import { type ProjectFiles, readProject, readStackFile } from "../engine/projectFiles.ts";
import type { Report } from "../run/report.ts";
import { jsonReport } from "../output/jsonReport.ts";
import { textReport } from "../output/textReport.ts";
import { type Owner, thisOwner } from "../store/owner.ts";
import { openStore } from "../store/place.ts";
import type { Store } from "../store/store.ts";

/** What all commands take. */
export interface Options {
  readonly stack?: string;
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
  /** The stack file's values, secrets unread. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly store: Store;
  readonly owner: Owner;
  /** For people: `ann on laptop`. */
  readonly by: string;
  readonly screen: Screen;
  readonly report: Report;
}

/** @throws UserError where the folder, the stack or its store can't be used. */
export async function openCliContext(options: Options): Promise<CliContext> {
  const project = await readProject(process.cwd());
  const stack = stackOf(options);
  const short = stack.slice(stack.lastIndexOf("/") + 1);
  const values = await readStackFile(project, short);
  const { store } = (values["release"] ?? {}) as { store?: string };
  const owner = await thisOwner();
  const screen = new Screen();
  return {
    options,
    project,
    stack,
    names: stackNames(project.name, short),
    values,
    store: await openStore(store ?? project.backendUrl, project.name, short),
    owner,
    by: `${owner.user} on ${owner.host}`,
    screen,
    report: options.json ? jsonReport() : textReport(screen),
  };
}

/** As the stack file has it; the config is checked as a whole where more than this is needed. */
export function configuredColor({ values, stack }: CliContext): Color {
  const color = values["activeColor"];
  if (color === "blue" || color === "green") return color;
  throw new UserError(
    `activeColor: must be blue or green in Pulumi.${stack}.yaml. ` +
      "Set it: pulumi config set activeColor blue",
  );
}

function stackOf({ stack }: Options): string {
  const name = stack ?? process.env["PULUMI_STACK"];
  if (name) return name;
  throw new UserError(
    "Which stack? Name it: --stack NAME, or export PULUMI_STACK=NAME. See which there are: pulumi stack ls",
  );
}
