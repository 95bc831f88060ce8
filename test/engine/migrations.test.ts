import { expect } from "chai";
import { expectNoFailure, pause, stopUsers } from "../helpers/asking.ts";
import { DATABASE_URL, MigratedStack } from "../helpers/migratedStack.ts";
import { buildMigrating } from "../helpers/migratingImage.ts";

describe("a migration of the database that both colors share", () => {
  let migrated: MigratedStack;

  before(async () => (migrated = await MigratedStack.create()));
  afterEach(stopUsers);
  after(() => migrated.stack.remove());

  it("runs before the first containers, and not again", async () => {
    expect(await migrated.stack.previewSteps()).to.include("create blue-migration");
    expect(await migrated.stack.mustUp()).to.contain("MIGRATE is done");
    expect(await migrated.stack.previewSteps()).to.deep.equal([]);
    await migrated.stack.set({ app: { env: { DATABASE_URL, OTHER: "1" } } });
    expect(await migrated.stack.previewSteps()).to.deep.equal([]);
    await migrated.stack.set({ app: { env: { DATABASE_URL } } });
  });

  it("that breaks the live version fails the up, and is reverted", async () => {
    await migrated.nextGreen("renames", {
      query: "SELECT title FROM items",
      migrate: "ALTER TABLE items RENAME name TO title",
      revert: "ALTER TABLE items RENAME title TO name",
    });
    const load = migrated.users();
    const output = await migrated.failedUp();
    const during = await load.stop();
    expect(output).to.contain("The version with the traffic does not live with the new schema");
    expect(output).to.contain('column "name" does not exist');
    expect(output).to.match(/database\.revert has run:\s+REVERT is done/);
    expect(Object.keys(during.byColor)).to.deep.equal(["blue"]);
    const later = migrated.users();
    await pause(2000);
    expectNoFailure(await later.stop(), 50);
    expect(await migrated.columns()).to.deep.equal(["name"]);
  });

  it("gives up for a lock that a transaction keeps, and no user waits behind it", () =>
    migrated.expectNoLock("adds-price-later", false));

  it("runs for the next image, and the version that it is for takes the traffic", async () => {
    const migrate = "ALTER TABLE items ADD price int";
    await migrated.nextGreen("adds-price", { query: "SELECT name, price FROM items", migrate });
    const load = migrated.users();
    expect(await migrated.stack.previewSteps()).to.include("create green-migration");
    await migrated.stack.mustUp();
    const image = await buildMigrating("adds-note", {
      query: "SELECT note FROM items",
      migrate: "ALTER TABLE items ADD note text",
    });
    await migrated.stack.set({ green: { image, count: 1 } });
    expect(await migrated.stack.previewSteps()).to.include("replace green-migration");
    await migrated.stack.set({ activeColor: "green" });
    await migrated.stack.mustUp();
    const report = await load.stop();
    expectNoFailure(report, 50);
    expect(Object.keys(report.byColor)).to.have.members(["blue", "green"]);
    expect(await migrated.columns()).to.deep.equal(["name", "note", "price"]);
    expect(await migrated.stack.previewSteps()).to.deep.equal([]);
  });
});
