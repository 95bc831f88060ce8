import { expect } from "chai";
import { splitWords } from "../../../settings/words.ts";
import { MINIMAL, settingsFrom } from "../../helpers/settings.ts";

const problem = (app: object) => {
  try {
    settingsFrom({ ...MINIMAL, app });
    return "none";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("a command as a text", () => {
  it("is split as a shell would, with quotes", () => {
    expect(splitWords("celery -A shop worker")).to.deep.equal(["celery", "-A", "shop", "worker"]);
    expect(splitWords(`  sh -c 'exec app $PORT' "a b"c'' `)).to.deep.equal([
      ...["sh", "-c", "exec app $PORT", "a bc"],
    ]);
    expect(splitWords("")).to.deep.equal([]);
  });

  it("is not split where a shell would do more", () => {
    const texts = [
      "app $PORT",
      "a && b",
      "a | b",
      "a; b",
      "a > b",
      "`a`",
      "a \\ b",
      'app "$PORT"',
      "it's",
    ];
    expect(texts.map(splitWords)).to.deep.equal(texts.map(() => undefined));
  });

  it("is refused then, with the way to use a shell", () => {
    expect(problem({ command: "gunicorn -b 0.0.0.0:$PORT app" })).to.include(
      "app.command: must be words; no shell reads them, so $ ` \\ | & ; < > may stand in single quotes only " +
        "(to use a shell: sh -c 'exec …'), got \"gunicorn -b 0.0.0.0:$PORT app\". " +
        "Set it: pulumi config set --path app.command 'gunicorn --bind 0.0.0.0:8000 app:app'",
    );
    expect(problem({ entrypoint: [] })).to.include("app.entrypoint: must be words");
    expect(problem({ entrypoint: ["a\nb"] })).to.include(
      "app.entrypoint[0]: must be a text of one line",
    );
  });

  it("may be a list of words", () => {
    const { apps } = settingsFrom({ ...MINIMAL, app: { command: ["a b", "$c"] } });
    expect(apps.blue.command).to.deep.equal(["a b", "$c"]);
  });
});
