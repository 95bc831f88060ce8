import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const FOLDERS = ["components", "lib", "release", "settings", "stacks"];

/** Words that follow the program's name in a sentence or in the name of something. */
const PROSE = ["in", "knows", "completion"];

interface Named {
  readonly file: string;
  readonly command: string;
  readonly flags: readonly string[];
}

/** Each `bluegreen …` in a text that the product prints. */
function commandsNamed(): Named[] {
  return FOLDERS.flatMap((folder) => {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
    return files
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) =>
        namedIn(join(folder, file), readFileSync(join(ROOT, folder, file), "utf8")),
      );
  });
}

function namedIn(file: string, text: string): Named[] {
  const code = text.replace(/\/\*.*?\*\//gs, "").replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(/\bbluegreen ([a-z][a-z-]*)([^"`;,.\n]*)/g)]
    .map(([, command = "", rest = ""]) => ({
      ...{ file, command },
      flags: [...rest.split(" -- ")[0]!.matchAll(/--([a-z-]+)/g)].map(([, flag = ""]) => flag),
    }))
    .filter(({ command }) => !PROSE.includes(command));
}

const sourceOf = (file: string) => readFileSync(join(ROOT, "release/cli", file), "utf8");

/** The source of each command, as main.ts lists them. */
function commandSources(): ReadonlyMap<string, string> {
  const listed = sourceOf("main.ts").matchAll(
    /^ {2}"?([a-z-]+)"?: \(\) => import\("\.\/(.*?)"\)/gm,
  );
  const shared = ["main.ts", "command.ts", "containerFlags.ts"].map(sourceOf).join("\n");
  return new Map([...listed].map(([, name = "", file = ""]) => [name, sourceOf(file) + shared]));
}

describe("a command of bluegreen in a message", () => {
  const sources = commandSources();
  const named = commandsNamed();

  it("is found in the sources", () => {
    expect(named.length).to.be.above(30);
    expect(sources.size).to.be.above(15);
  });

  it("exists, with its flags", () => {
    const wrong = named.filter(
      ({ command, flags }) =>
        sources.get(command) === undefined ||
        flags.some((flag) => !sources.get(command)?.includes(`"${flag}"`)),
    );
    expect(wrong).to.deep.equal([]);
  });
});
