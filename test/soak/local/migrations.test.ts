import { expect } from "chai";
import { eventually, expectNoFailure, pause, stopUsers } from "../../helpers/asking.ts";
import { MigratedStack } from "../../helpers/migratedStack.ts";
import { docker } from "../../helpers/testStack.ts";

/** The lock of all migrations of a database. */
const LOCK = "7092172591589385573";

describe("a migration that something happens to", () => {
  let migrated: MigratedStack;

  before(async () => {
    migrated = await MigratedStack.create();
    await migrated.stack.mustUp();
  });
  afterEach(stopUsers);
  after(() => migrated.stack.remove());

  const running = async () => (await docker("ps", "--format", "{{.Names}}")).split("\n");

  it("gives up for a lock although its client reads no PGOPTIONS, and no user waits behind it", () =>
    migrated.expectNoLock("adds-price-without-options", true));

  it("that is killed leaves schema, route and users as they were", async () => {
    await migrated.nextGreen("is-slow", {
      migrate: "ALTER TABLE items ADD price int; SELECT pg_sleep(60)",
    });
    const load = migrated.users();
    const failing = migrated.failedUp();
    await eventually("a migration", running, (seen) => seen.includes(migrated.container), 60);
    await pause(1500);
    await docker("kill", "--signal", "KILL", migrated.container);
    expect(await failing).to.contain("database.migrate exited with code 137");
    expectNoFailure(await load.stop(), 50);
    expect(await migrated.columns()).to.deep.equal(["name"]);
  });

  it("waits for another one of the same database, and fails no request", async () => {
    const notice = "DO $$ BEGIN RAISE NOTICE 'others done: %', (SELECT count(*) FROM done); END $$";
    await migrated.nextGreen("adds-price", {
      query: "SELECT name, price FROM items",
      migrate: `ALTER TABLE items ADD price int; ${notice}`,
    });
    await migrated.sql("CREATE TABLE done (at timestamptz)");
    const holder = `SELECT pg_advisory_lock(${LOCK}), pg_sleep(600)`;
    await migrated.sql(holder, "--detach");
    expect(await migrated.stack.previewSteps()).to.include("create green-migration");
    const load = migrated.users();
    const deploying = migrated.stack.mustUp();
    await eventually("a lock", running, (seen) => seen.includes(`${migrated.container}-lock`), 60);
    await pause(2000);
    expect(await running()).not.to.include(migrated.container);
    await migrated.sql("INSERT INTO done VALUES (now())");
    await migrated.endSleep(600);
    const output = await deploying;
    expect(output).to.contain("others done: 1");
    await migrated.stack.set({ activeColor: "green" });
    expect(await migrated.stack.previewSteps()).not.to.include("create green-migration");
    await migrated.stack.mustUp();
    const report = await load.stop();
    expectNoFailure(report, 50);
    expect(Object.keys(report.byColor)).to.have.members(["blue", "green"]);
    expect(await migrated.columns()).to.deep.equal(["name", "price"]);
    expect(await migrated.stack.previewSteps()).to.deep.equal([]);
  });
});
