import { expect } from "chai";
import type { MigrationInput } from "../../../../components/service/migrationStep.ts";
import { localStack } from "../../../../components/local/localTarget.ts";
import type { Color } from "../../../../lib/color.ts";
import { stackNames } from "../../../../lib/naming.ts";
import type { Plan } from "../../../../lib/plan.ts";
import { readScriptHeader } from "../../../../lib/shell.ts";
import { command, PLAN } from "../../../helpers/components.ts";
import { type Registration, recordResources } from "../../../helpers/mocks.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const ANSWERS = {
  ...{ network: "172.18.0.0/16", edge: "", "edge-route": "blue:0:off" },
  ...{ "blue-image": "sha256:b1\nsha256:b2", "green-image": "sha256:a1\nsha256:a2" },
  ...{ "blue-1": "", "blue-2": "", "green-1": "", "green-2": "" },
  ...{ gate: "", "blue-gate": "", "green-gate": "", "blue-migration": "", "green-migration": "" },
};
const URL = "postgres://shop:password@db:5432/shop";
const CONFIG = {
  ...MINIMAL,
  app: { env: { DATABASE_URL: URL, PGOPTIONS: "-c jit=off" } },
  database: { url: "DATABASE_URL", migrate: ["alembic", "upgrade", "head"] },
};

async function build(config: object, plan: Partial<Plan> = {}, deployed?: ReadonlySet<Color>) {
  const recorder = await recordResources(ANSWERS);
  localStack(
    {
      settings: settingsFrom(config as Record<string, unknown>),
      plan: { ...PLAN, ...plan },
      names: stackNames("blue-green", "test"),
      hooks: () => undefined,
      ...(deployed && { deployed }),
    },
    "edge:1",
  );
  return recorder.registrations();
}

/** The engine shows a mock the wrapping of a secret. */
function inputOf(migration: Registration): MigrationInput {
  const { stdin } = migration.inputs as { stdin: string | { value: string } };
  return JSON.parse(typeof stdin === "string" ? stdin : stdin.value) as MigrationInput;
}

const LIVE = { real: { active: "blue", canaryWeight: 0, testers: false } } as const;

describe("migrations in a stack", () => {
  it("are not there without a database", async () => {
    const names = (await build(MINIMAL)).map(({ name }) => name);
    expect(names.filter((name) => name.includes("migration"))).to.deep.equal([]);
  });

  it("come between a color's image and its containers", async () => {
    const resources = await build(CONFIG);
    const migration = command(resources, "green-migration");
    expect(migration.inputs["triggers"]).to.deep.equal(["sha256:a2"]);
    for (const name of ["green-1", "green-2"]) {
      const container = resources.find(
        (one) => one.name === name && one.type.endsWith("AppContainer"),
      );
      expect(container?.dependsOn).to.include("green-migration");
    }
    expect(command(resources, "edge-route").dependsOn).not.to.include("green-migration");
  });

  it("run again for another image, and for nothing else", async () => {
    const migration = command(await build(CONFIG), "green-migration");
    expect(migration.ignoreChanges).to.deep.equal(["stdin", "environment"]);
  });

  it("of two versions that are deployed together come one after the other", async () => {
    const resources = await build(CONFIG, { idleFirst: true });
    const pool = resources.find(({ name, type }) => name === "green" && type.endsWith("ColorPool"));
    expect(pool?.dependsOn).to.include("blue-migration");
  });

  it("pass the environment, a lock timeout and the way to the database on standard input", async () => {
    const migration = command(await build(CONFIG), "green-migration");
    const values = readScriptHeader(inputOf(migration).migrate);
    expect(values).to.include({
      ...{ COMMAND: "'alembic' 'upgrade' 'head'", IMAGE: "sha256:a1" },
      ...{ CONTAINER: "blue-green-test-migration-green", LOCK_SECONDS: "2", TRIES: "5" },
    });
    expect(values["INPUT"]?.split("\n")).to.include.members([
      ...["DEPLOYMENT_COLOR=green", `DATABASE_URL=${URL}`],
      "PGOPTIONS=-c jit=off -c lock_timeout=2s -c client_connection_check_interval=1s",
    ]);
    expect(values["LOCK_ENV"]?.split("\n")).to.include.members([
      "PGHOST=db",
      "PGPASSWORD=password",
    ]);
    expect(migration.inputs["create"]).to.equal(
      `exec node -e 'import("blue-green/step")' database-migration`,
    );
  });

  it("ask the hosts that run of the color with the traffic, and no color without", async () => {
    const ran = (name: string) => name !== "blue-green-test-blue-2";
    const resources = await build(CONFIG, { ...LIVE, ran });
    const gates = inputOf(command(resources, "green-migration")).liveGates;
    expect(gates.map(({ script }) => readScriptHeader(script)["CONTAINERS"])).to.deep.equal([
      "blue-1|blue-green-test-blue-1",
    ]);
    expect(inputOf(command(resources, "blue-migration")).liveGates).to.deep.equal([]);
  });

  it("do not run for a color that this up does not deploy", async () => {
    const resources = await build(CONFIG, LIVE, new Set<Color>(["green"]));
    const isDeployed = (name: string) => inputOf(command(resources, name)).isDeployed;
    expect([isDeployed("blue-migration"), isDeployed("green-migration")]).to.deep.equal([
      false,
      true,
    ]);
  });
});
