import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import { openStackAccountProblems } from "../../settings/openStackAccount.ts";
import { type Path, pathOf } from "../../settings/catalog.ts";
import { type Config, ConfigStacks, mapValues, Secret } from "../helpers/configStacks.ts";
import {
  BASES,
  type Mistake,
  missingValues,
  put,
  SECRETS,
  wrongNames,
  wrongValues,
} from "../helpers/mistakes.ts";
import { CONFLICTS } from "../helpers/conflicts.ts";
import { settingsFrom } from "../helpers/settings.ts";

/** What the program reports about a config, one line per mistake. */
function problemsOf(config: Config): string[] {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  const holdsSecret = (value: unknown) => {
    let holds = false;
    mapValues(value, (one) => ((holds ||= one instanceof Secret), one));
    return holds;
  };
  const secretKeys = given.filter(([, value]) => holdsSecret(value)).map(([key]) => key);
  const plain = mapValues(Object.fromEntries(given), (one) =>
    one instanceof Secret ? one.text : one,
  );
  try {
    settingsFrom(plain as Config, secretKeys);
    return [];
  } catch (error) {
    const [, ...lines] = (error as Error).message.split("\n  ");
    return lines;
  }
}

function lineOf({ setting }: Mistake, problems: readonly string[]): string | undefined {
  return problems.find((line) => settingIn(line) === setting);
}

function settingIn(line: string): string {
  return line.slice(0, line.indexOf(": "));
}

/** The commands that a message offers; each must fix its mistake alone. */
function commandsIn(line: string): string[] {
  const found = [...line.matchAll(/: (pulumi config (?:set|rm) .*?)(?=\. Or |$)/g)];
  return found.map(([, command = ""]) => command);
}

/** The config without some of its values, and without the groups and lists this empties. */
function without(config: Config, paths: readonly Path[]): unknown {
  const left = paths.reduce<unknown>((one, path) => put(one, path, undefined), config);
  const prune = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || value instanceof Secret) return value;
    if (Array.isArray(value)) {
      const entries = value.map(prune).filter((one) => one !== undefined);
      return entries.length > 0 ? entries : undefined;
    }
    const entries = Object.entries(value).flatMap(([key, one]) => {
      const pruned = prune(one);
      return pruned === undefined ? [] : [[key, pruned] as const];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
  return prune(left);
}

describe("the fix in a message about the config", () => {
  let stacks: ConfigStacks;
  before(async () => {
    stacks = await ConfigStacks.create(SECRETS);
  });
  after(() => stacks.remove());

  /** Runs each command of the message, and returns those that do not do what they promise. */
  async function check(mistake: Mistake, changed: readonly Path[] = [mistake.path]) {
    const { config } = mistake;
    const before = problemsOf(config);
    const line = lineOf(mistake, before);
    if (line === undefined) return [`no message about ${mistake.setting}`];
    const commands = commandsIn(line);
    if (commands.length === 0) return [`no command in "${line}"`];
    const faults = await Promise.all(
      commands.map(async (command) => {
        const after = await stacks.after(config, command);
        const others = before.map(settingIn).filter((one) => one !== mistake.setting);
        const left = problemsOf(after).filter((one) => !others.includes(settingIn(one)));
        try {
          expect(left).to.deep.equal([]);
          const kept = without(config, changed);
          // Once an entry of a list is removed, the next one takes its place.
          const isRemoved = isDeepStrictEqual(without(after, []), kept);
          if (!isRemoved) expect(without(after, changed)).to.deep.equal(kept);
          return [];
        } catch (error) {
          return [`${line}\n${(error as Error).message}: ${left.join(", ")}`];
        }
      }),
    );
    return faults.flat();
  }

  async function checkAll(
    mistakes: readonly (Mistake & { readonly changed?: readonly string[] })[],
  ): Promise<void> {
    const faults: string[] = [];
    const queue = mistakes.values();
    const work = async () => {
      for (const mistake of queue) {
        faults.push(...(await check(mistake, mistake.changed?.map(pathOf))));
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(faults.join("\n\n")).to.equal("");
  }

  for (const [target, config] of Object.entries(BASES)) {
    it(`is not needed for the valid config for ${target}`, () => {
      expect(problemsOf(config)).to.deep.equal([]);
    });
  }

  it("fixes every setting of the schema and nothing else", () =>
    checkAll(wrongValues((one) => lineOf(one, problemsOf(one.config)) !== undefined)));

  it("sets what a group requires", () => checkAll(missingValues()));

  it("removes unknown settings", () => checkAll(wrongNames()));

  it("moves a setting that was set without --path to where it has an effect", async () => {
    const { local: base = {} } = BASES;
    const given: readonly (readonly [string, unknown])[] = [
      ["edge.previewPort", "9191"],
      ["app.env.LOG", "a b"],
      ["app.env.KEY", SECRETS[1]],
    ];
    for (const [key, value] of given) {
      const config = { ...base, [key]: value };
      const [line = ""] = problemsOf(config).filter((one) => one.startsWith(`${key}: was set`));
      const [command = ""] = commandsIn(line);
      const after = await stacks.after(config, command);
      expect(problemsOf(after), line).to.deep.equal([]);
      expect(put(after, pathOf(key), undefined)).to.deep.equal(put(base, pathOf(key), undefined));
      const stored = pathOf(key).reduce<unknown>((one, step) => (one as Config)[step], after);
      expect(String(stored instanceof Secret ? stored.text : stored)).to.equal(
        value instanceof Secret ? value.text : value,
      );
      expect(stored instanceof Secret).to.equal(value instanceof Secret);
    }
  });

  it("resolves conflicting settings", () => checkAll(CONFLICTS));

  it("sets the credentials of an account", async () => {
    const credential = { applicationCredentialName: "ci" };
    for (const line of [...openStackAccountProblems({}), ...openStackAccountProblems(credential)]) {
      const key = settingIn(line);
      const [command = ""] = commandsIn(line);
      const { [key]: value } = await stacks.after({}, command);
      expect(value instanceof Secret, line).to.equal(/password|secret/i.test(key));
      expect(value, line).not.to.equal(undefined);
    }
  });
});
