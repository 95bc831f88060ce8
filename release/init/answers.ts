import { schema } from "../../settings/schema.ts";
import { UserError } from "../../lib/userError.ts";

/** The answers that a stack's files are made from. */
export interface Answers {
  readonly project: string;
  readonly stack: string;
  readonly target: string;
  readonly image: string;
  readonly port: number;
  readonly healthPath: string;
}

/** As given by flags and on a terminal. */
export type GivenAnswers = Readonly<Record<keyof Answers, string | undefined>>;

export interface Question {
  readonly answer: "target" | "stack" | "image" | "port" | "healthPath";
  readonly flag: string;
  readonly text: string;
  readonly default?: string;
  readonly example: string;
}

/** In the order in which a terminal asks. */
export const QUESTIONS: readonly Question[] = [
  {
    answer: "target",
    flag: "--target",
    text: "Where the stack runs: local (this machine), digitalocean or ovh",
    default: "local",
    example: "local",
  },
  {
    answer: "stack",
    flag: "--stack",
    text: "Name of the stack, one for each environment",
    default: "prod",
    example: "prod",
  },
  {
    answer: "image",
    flag: "--image",
    text: "First image of blue",
    example: "registry.example.com/shop:1.4.2",
  },
  {
    answer: "port",
    flag: "--port",
    text: "Port on which the app listens in its container",
    default: "8000",
    example: "8000",
  },
  {
    answer: "healthPath",
    flag: "--health-path",
    text: "Path that answers 200 when the app is ready",
    default: "/health",
    example: "/health",
  },
];

/** @param ask Shows a text and returns the input; empty input means the default. */
export async function askForMissing(
  given: GivenAnswers,
  ask: (text: string) => Promise<string>,
): Promise<GivenAnswers> {
  const answers = { ...given };
  for (const { answer, text, default: normal, example } of QUESTIONS) {
    if (answers[answer] !== undefined) continue;
    const said = (await ask(`${text} [${normal ?? `such as ${example}`}]: `)).trim();
    if (said !== "") answers[answer] = said;
  }
  return answers;
}

/** Docker's rule for names, which begin with the project's and the stack's. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
const NAME_RULE =
  "must begin with a letter or digit and contain only letters, digits, dots, dashes and _";

/** @throws UserError with one line for every mistake. */
export function checkAnswers(given: GivenAnswers): Answers {
  const found = QUESTIONS.map((question) => ({
    question,
    value: given[question.answer] ?? question.default,
  }));
  const values = Object.fromEntries(found.map(({ question, value }) => [question.answer, value]));
  const rules = brokenRules(values);
  const project = given.project ?? "";
  const problems = [
    ...(NAME.test(project) ? [] : [problem("--name", NAME_RULE, project, "shop")]),
    ...found.flatMap(({ question: { answer, flag, example }, value }) => {
      const rule = rules[answer];
      return rule === undefined ? [] : [problem(flag, rule, value, example)];
    }),
  ];
  if (problems.length > 0) {
    throw new UserError(`Nothing was written:\n${problems.map((line) => `  ${line}`).join("\n")}`);
  }
  return { ...(values as unknown as Answers), project, port: Number(values["port"]) };
}

/** The settings' own rules, by answer. */
function brokenRules({
  target,
  stack,
  image,
  port,
  healthPath,
}: Record<string, string | undefined>) {
  const rules: Partial<Record<Question["answer"], string>> = {};
  if (!NAME.test(stack ?? "")) rules.stack = NAME_RULE;
  const config = { target, activeColor: "blue", blue: { image }, app: { port, healthPath } };
  const { error } = schema.safeParse(config);
  for (const { path, message } of error?.issues ?? []) {
    const answer = SETTINGS[path.join(".")];
    if (answer) rules[answer] ??= message;
  }
  return rules;
}

const SETTINGS: Readonly<Record<string, Question["answer"]>> = {
  target: "target",
  "blue.image": "image",
  "app.port": "port",
  "app.healthPath": "healthPath",
};

function problem(flag: string, rule: string, value: string | undefined, example: string): string {
  const got = value === undefined ? "but is not given" : `got ${JSON.stringify(value)}`;
  return `${flag}: ${rule}, ${got}. For example: ${flag} ${example}`;
}
