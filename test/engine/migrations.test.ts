import { expect } from "chai";
import { expectNoFailure, eventually, pause, startUsers, stopUsers } from "../helpers/asking.ts";
import { buildPostgres } from "../helpers/exampleImages.ts";
import { buildMigrating } from "../helpers/migratingImage.ts";
import { docker, TestStack } from "../helpers/testStack.ts";

const PASSWORD = "not-a-secret-in-a-test";
const URL = `postgres://app:${PASSWORD}@postgres:5432/app`;
const BY_NAME = "SELECT name FROM items";
/** The lock of all migrations of a database. */
const LOCK = "7092172591589385573";

describe("a migration of the database that both colors share", () => {
  let stack: TestStack;

  before(async () => {
    const migrate = "CREATE TABLE items (name text); INSERT INTO items VALUES ('tea')";
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildMigrating("v1", { query: BY_NAME, migrate }), count: 1 },
      app: { env: { DATABASE_URL: URL } },
      smoke: [{ path: "/items" }],
      // A new cluster of PostgreSQL takes a busy machine half a minute.
      health: { timeoutSeconds: 90, intervalSeconds: 1, minUptimeSeconds: 0 },
      services: {
        postgres: {
          ...{ image: await buildPostgres(), port: 5432, healthCommand: "pg_isready -h 127.0.0.1" },
          env: { POSTGRES_USER: "app", POSTGRES_PASSWORD: PASSWORD },
        },
      },
      database: {
        ...{ url: "DATABASE_URL", migrate: ["python3", "/migrate.py", "MIGRATE"] },
        ...{ revert: ["python3", "/migrate.py", "REVERT"], lockTimeoutSeconds: 1, tries: 2 },
      },
    });
  });
  afterEach(stopUsers);
  after(() => stack.remove());

  const users = () => startUsers(`${stack.url}/items`, { ratePerSecond: 40 });
  const container = () => `blue-green-${stack.name}-migration-green`;

  function sql(text: string, ...options: readonly string[]): Promise<string> {
    const postgres = `blue-green-${stack.name}-service-postgres`;
    const psql = ["psql", "-U", "app", "-At", "-c", text];
    return docker("exec", "--env", `PGPASSWORD=${PASSWORD}`, ...options, postgres, ...psql);
  }

  const running = async () => (await docker("ps", "--format", "{{.Names}}")).split("\n");

  const columns = async () =>
    (
      await sql(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'items' ORDER BY 1",
      )
    )
      .trim()
      .split("\n");

  /** A deploy of green that fails; nothing is left of its migration. */
  async function failedUp(): Promise<string> {
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok, output).to.equal(false);
    expect(output).to.contain("The route is unchanged");
    expect(output).not.to.contain(PASSWORD);
    expect(await stack.containers("green")).to.deep.equal({});
    expect(await stack.route()).to.match(/^blue:/);
    const left = await docker("ps", "--all", "--format", "{{.Names}}");
    expect(left).not.to.contain(container());
    return output;
  }

  async function deployGreen(
    version: string,
    of: Partial<Parameters<typeof buildMigrating>[1]>,
  ): Promise<void> {
    const image = await buildMigrating(version, { query: BY_NAME, migrate: "SELECT 1", ...of });
    await stack.set({ green: { image, count: 1 } });
  }

  it("runs before the first containers, and not again", async () => {
    expect(await stack.previewSteps()).to.include("create blue-migration");
    expect(await stack.mustUp()).to.contain("MIGRATE is done");
    expect(await stack.previewSteps()).to.deep.equal([]);
    await stack.set({ app: { env: { DATABASE_URL: URL, OTHER: "1" } } });
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("that breaks the live version fails the up, and is reverted", async () => {
    await deployGreen("renames", {
      query: "SELECT title FROM items",
      migrate: "ALTER TABLE items RENAME name TO title",
      revert: "ALTER TABLE items RENAME title TO name",
    });
    const load = users();
    const output = await failedUp();
    const during = await load.stop();
    expect(output).to.contain("The version with the traffic does not live with the new schema");
    expect(output).to.contain('column "name" does not exist');
    expect(output).to.match(/database\.revert has run:\s+REVERT is done/);
    expect(Object.keys(during.byColor)).to.deep.equal(["blue"]);
    const later = users();
    await pause(2000);
    expectNoFailure(await later.stop(), 50);
    expect(await columns()).to.deep.equal(["name"]);
  });

  it("gives up for a lock that a transaction keeps, and no user waits behind it", async () => {
    for (const ignoresOptions of [false, true]) {
      const migrate = "ALTER TABLE items ADD price int";
      await deployGreen(`adds-price-${ignoresOptions}`, { migrate, ignoresOptions });
      await sql("BEGIN; SELECT name FROM items; SELECT pg_sleep(60)", "--detach");
      const load = users();
      const output = await failedUp();
      expectNoFailure(await load.stop(), 50);
      expect(output).to.contain(
        "It waited for a lock for more than 1 seconds, in each of 2 tries.",
      );
      expect(output).to.match(/It was blocked by pid \d+ \(user app, application "psql", local\)/);
      await sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%sleep(60)'",
      );
      expect(await columns()).to.deep.equal(["name"]);
    }
  });

  it("that is killed leaves schema, route and users as they were", async () => {
    await deployGreen("is-slow", {
      migrate: "ALTER TABLE items ADD price int; SELECT pg_sleep(60)",
    });
    const load = users();
    const failing = failedUp();
    await eventually("a migration", running, (seen) => seen.includes(container()), 60);
    await pause(1500);
    await docker("kill", "--signal", "KILL", container());
    expect(await failing).to.contain("database.migrate exited with code 137");
    expectNoFailure(await load.stop(), 50);
    expect(await columns()).to.deep.equal(["name"]);
  });

  it("waits for another one of the same database, and fails no request", async () => {
    const notice = "DO $$ BEGIN RAISE NOTICE 'others done: %', (SELECT count(*) FROM done); END $$";
    await deployGreen("adds-price", {
      query: "SELECT name, price FROM items",
      migrate: `ALTER TABLE items ADD price int; ${notice}`,
    });
    await sql("CREATE TABLE done (at timestamptz)");
    const holder = `SELECT pg_advisory_lock(${LOCK}), pg_sleep(600)`;
    await sql(holder, "--detach");
    expect(await stack.previewSteps()).to.include("create green-migration");
    const load = users();
    const deploying = stack.mustUp();
    await eventually("a lock", running, (seen) => seen.includes(`${container()}-lock`), 60);
    await pause(2000);
    expect(await running()).not.to.include(container());
    await sql("INSERT INTO done VALUES (now())");
    await sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%sleep(600)'",
    );
    const output = await deploying;
    expect(output).to.contain("others done: 1");
    await stack.set({ activeColor: "green" });
    expect(await stack.previewSteps()).not.to.include("create green-migration");
    await stack.mustUp();
    const report = await load.stop();
    expectNoFailure(report, 50);
    expect(Object.keys(report.byColor)).to.have.members(["blue", "green"]);
    expect(await columns()).to.deep.equal(["name", "price"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("runs again for another image", async () => {
    const migrate = "ALTER TABLE items ADD note text";
    const image = await buildMigrating("adds-note", { query: "SELECT note FROM items", migrate });
    await stack.set({ blue: { image, count: 1 } });
    expect(await stack.previewSteps()).to.include("replace blue-migration");
    await stack.mustUp();
    expect(await columns()).to.deep.equal(["name", "note", "price"]);
  });
});
