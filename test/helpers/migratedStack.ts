import { expect } from "chai";
import { expectNoFailure, startUsers } from "./asking.ts";
import { buildPostgres } from "./exampleImages.ts";
import { buildMigrating } from "./migratingImage.ts";
import { docker, TestStack } from "./testStack.ts";

const PASSWORD = "not-a-secret-in-a-test";
/** Of the database, as the app and its migrations get it. */
export const DATABASE_URL = `postgres://app:${PASSWORD}@postgres:5432/app`;
const BY_NAME = "SELECT name FROM items";

/** Blue reads names of items from a PostgreSQL beside it; each version of green migrates the database. */
export class MigratedStack {
  readonly stack: TestStack;

  private constructor(stack: TestStack) {
    this.stack = stack;
  }

  /** Not yet up. */
  static async create(): Promise<MigratedStack> {
    const migrate = "CREATE TABLE items (name text); INSERT INTO items VALUES ('tea')";
    const stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildMigrating("v1", { query: BY_NAME, migrate }), count: 1 },
      app: { env: { DATABASE_URL } },
      smoke: [{ path: "/items" }],
      drainSeconds: 3,
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
    return new MigratedStack(stack);
  }

  /** Of green's migration. */
  get container(): string {
    return `blue-green-${this.stack.name}-migration-green`;
  }

  users() {
    return startUsers(`${this.stack.url}/items`, { ratePerSecond: 40 });
  }

  /** @param options Of `docker exec`. */
  sql(text: string, ...options: readonly string[]): Promise<string> {
    const postgres = `blue-green-${this.stack.name}-service-postgres`;
    const psql = ["psql", "-U", "app", "-At", "-c", text];
    return docker("exec", "--env", `PGPASSWORD=${PASSWORD}`, ...options, postgres, ...psql);
  }

  /** Ends what `sql` runs with `--detach`. */
  async endSleep(seconds: number): Promise<void> {
    await this.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%sleep(${seconds})'`,
    );
  }

  async columns(): Promise<string[]> {
    const names = await this.sql(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'items' ORDER BY 1",
    );
    return names.trim().split("\n");
  }

  /** A deploy of green that fails; nothing is left of its migration. */
  async failedUp(): Promise<string> {
    const { stack } = this;
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok, output).to.equal(false);
    expect(output).to.contain("The route is unchanged");
    expect(output).not.to.contain(PASSWORD);
    expect(await stack.containers("green")).to.deep.equal({});
    expect(await stack.route()).to.match(/^blue:/);
    const left = await docker("ps", "--all", "--format", "{{.Names}}");
    expect(left).not.to.contain(this.container);
    return output;
  }

  /** Configures the next version of green. */
  async nextGreen(
    version: string,
    of: Partial<Parameters<typeof buildMigrating>[1]>,
  ): Promise<void> {
    const image = await buildMigrating(version, { query: BY_NAME, migrate: "SELECT 1", ...of });
    await this.stack.set({ green: { image, count: 1 } });
  }

  /** Expects a version of green to give up for a lock, behind which no user waits. */
  async expectNoLock(version: string, ignoresOptions: boolean): Promise<void> {
    const migrate = "ALTER TABLE items ADD price int";
    await this.nextGreen(version, { migrate, ignoresOptions });
    await this.sql("BEGIN; SELECT name FROM items; SELECT pg_sleep(60)", "--detach");
    const load = this.users();
    const output = await this.failedUp();
    expectNoFailure(await load.stop(), 50);
    expect(output)
      .to.contain("It waited for a lock for more than 1 seconds, in each of 2 tries.")
      .and.match(/It was blocked by pid \d+ \(user app, application "psql", local\)/);
    await this.endSleep(60);
    expect(await this.columns()).to.deep.equal(["name"]);
  }
}
