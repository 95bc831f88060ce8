import { expect } from "chai";
import {
  askForMissing,
  checkAnswers,
  type GivenAnswers,
  QUESTIONS,
} from "../../../../release/init/answers.ts";

const NONE: GivenAnswers = {
  project: "shop",
  stack: undefined,
  target: undefined,
  image: undefined,
  port: undefined,
  healthPath: undefined,
};

describe("the answers to init", () => {
  it("have defaults for all but the image", () => {
    expect(checkAnswers({ ...NONE, image: "shop:1" })).to.deep.equal({
      project: "shop",
      stack: "prod",
      target: "local",
      image: "shop:1",
      port: 8000,
      healthPath: "/health",
    });
  });

  it("are rejected together, each with its flag, rule, value and an example", () => {
    const wrong = {
      project: "-shop",
      stack: "a b",
      target: "gcp",
      image: "Shop:1",
      port: "70000",
      healthPath: "health",
    };
    const lines = refusal(wrong).split("\n");
    expect(lines[0]).to.equal("Nothing was written:");
    expect(lines.slice(1).map((line) => line.trim().split(":")[0])).to.deep.equal([
      ...["--name", "--target", "--stack", "--image", "--port", "--health-path"],
    ]);
    expect(lines.at(-2)).to.equal(
      '  --port: must be a whole number from 1 to 65535, got "70000". For example: --port 8000',
    );
  });

  it("name the missing image", () => {
    expect(refusal(NONE)).to.match(/^Nothing was written:\n {2}--image: .*, but is not given\./);
  });

  it("are prompted for when no flag sets them, and an empty answer selects the default", async () => {
    const asked: string[] = [];
    const typed = ["", "shop:2", "  3000 ", ""];
    const answers = await askForMissing({ ...NONE, stack: "test" }, (text) => {
      asked.push(text);
      return Promise.resolve(typed.shift() ?? "");
    });
    expect(asked).to.deep.equal([
      "Where the stack runs: local (this machine), digitalocean or ovh [local]: ",
      "First image of blue [such as registry.example.com/shop:1.4.2]: ",
      "Port on which the app listens in its container [8000]: ",
      "Path that answers 200 when the app is ready [/health]: ",
    ]);
    expect(checkAnswers(answers)).to.include({ stack: "test", image: "shop:2", port: 3000 });
    expect(QUESTIONS).to.have.length(5);
  });
});

function refusal(given: GivenAnswers): string {
  try {
    checkAnswers(given);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the answers were taken");
}
