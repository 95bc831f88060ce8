import { expect } from "chai";
import {
  programArgs,
  programEnvironment,
  type ProgramRequest,
} from "../../../../dev/standins/language-host/command.ts";
import { splitWords } from "../../../../dev/standins/language-host/words.ts";

const request: ProgramRequest = {
  monitor: "127.0.0.1:1",
  engine: "127.0.0.1:2",
  organization: "organization",
  project: "p",
  stack: "s",
  rootDirectory: "/r",
  programDirectory: "/r/src",
  entryPoint: "index.ts",
  dryRun: true,
  queryMode: false,
  parallel: 16,
  tracing: "",
  args: ["extra"],
  config: new Map([["p:activeColor", "blue"]]),
  secretKeys: ["p:token"],
  options: { typescript: false },
};

describe("the language host", () => {
  it("starts the program with the flags of @pulumi/pulumi/cmd/run", () => {
    expect(programArgs(request, "/run").join(" ")).to.equal(
      "/run --monitor 127.0.0.1:1 --engine 127.0.0.1:2 --organization organization --project p " +
        "--root-directory /r --stack s --pwd /r/src --dry-run --parallel 16 index.ts extra",
    );
  });

  it("leaves out flags without a value", () => {
    const args = programArgs({ ...request, engine: "", dryRun: false }, "/run");
    expect(args).not.to.include.members(["--engine"]);
    expect(args).not.to.include.members(["--dry-run"]);
  });

  it("passes the configuration in the environment, with full keys", () => {
    expect(programEnvironment(request)).to.deep.equal({
      PULUMI_CONFIG: '{"p:config:activeColor":"blue"}',
      PULUMI_CONFIG_SECRET_KEYS: '["p:token"]',
    });
  });

  it("leaves TypeScript to Pulumi unless the project says otherwise", () => {
    const environment = programEnvironment({ ...request, options: { tsconfig: "t.json" } });
    expect(environment).to.include({
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: "t.json",
    });
  });

  it("splits nodeargs as a shell would", () => {
    expect(splitWords(`--import tsx --title "a 'b'" --x='c d' e\\ f ''`)).to.deep.equal([
      ...["--import", "tsx", "--title", "a 'b'", "--x=c d", "e f", ""],
    ]);
    expect(() => splitWords('--title "a')).to.throw(/unclosed "/);
  });
});
