import { expect } from "chai";
import {
  migrateAndAsk,
  type MigrationInput,
} from "../../../../components/service/migrationStep.ts";
import type { ExecResult } from "../../../../components/machine/exec.ts";

const INPUT: MigrationInput = {
  ...{ color: "green", stack: "shop/prod", isDeployed: true, host: { name: "green-1" } },
  ...{ migrate: "migrate", revert: "revert", seconds: 1, hidden: [] },
  liveGates: [{ host: { name: "blue-1" }, script: "gate" }],
};

const good = (stdout: string): ExecResult => ({ code: 0, stdout, stderr: "" });
const bad = (stderr: string): ExecResult => ({ code: 1, stdout: "", stderr });

/** What it says, and the scripts that it ran, by host. */
async function migrate(
  input: Partial<MigrationInput>,
  answers: Readonly<Record<string, ExecResult>> = {},
) {
  const ran: string[] = [];
  const said = await migrateAndAsk({ ...INPUT, ...input }, (host, script) => {
    ran.push(`${host.name} ${script}`);
    return Promise.resolve(answers[script] ?? good(`${script} is done\n`));
  }).catch((error: Error) => error);
  return { said, ran };
}

describe("the step of a migration", () => {
  it("migrates, then asks the color with the traffic", async () => {
    const { said, ran } = await migrate({});
    expect(said).to.equal("migrate is done");
    expect(ran).to.deep.equal(["green-1 migrate", "blue-1 gate"]);
  });

  it("asks nobody and goes back nowhere after a migration that failed", async () => {
    const { said, ran } = await migrate({}, { migrate: bad("exited with code 1") });
    expect((said as Error).message).to.match(/^exited with code 1\nThe route is unchanged/);
    expect(ran).to.deep.equal(["green-1 migrate"]);
  });

  it("goes back if the color with the traffic fails its checks", async () => {
    const { said, ran } = await migrate({}, { gate: bad("blue did not pass") });
    expect((said as Error).message).to.match(
      /does not live with the new schema:\nblue did not pass\ndatabase\.revert has run:\nrevert is done\n/,
    );
    expect(ran).to.deep.equal(["green-1 migrate", "blue-1 gate", "green-1 revert"]);
  });

  it("says that the new schema stays without a way back, or if that fails", async () => {
    const { revert, ...without } = INPUT;
    const answers = { gate: bad("blue did not pass"), migrate: good("") };
    const run = (_: unknown, script: keyof typeof answers) => Promise.resolve(answers[script]);
    const none = await migrateAndAsk(without, run as never).catch((error: Error) => error.message);
    expect(none).to.include("The new schema stays: database.revert is not set.");
    const { said } = await migrate(
      { revert: revert! },
      { ...answers, revert: bad("no such table") },
    );
    expect((said as Error).message).to.include(
      "database.revert failed too, so the new schema stays:\nno such table",
    );
  });

  it("runs nothing for a color that was deployed before", async () => {
    const { said, ran } = await migrate({ isDeployed: false });
    expect(said).to.equal("green was deployed before; its image migrates nothing");
    expect(ran).to.deep.equal([]);
  });
});
