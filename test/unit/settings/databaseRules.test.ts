import { expect } from "chai";
import { databaseUrl } from "../../../settings/databaseRules.ts";
import { MINIMAL, settingsFrom } from "../../helpers/settings.ts";

const URL = "postgres://shop:pass%2Fword@db.example.com/shop";
const migrate = "python manage.py migrate";

function problems(
  database: object,
  more: Readonly<Record<string, unknown>> = {},
  secretKeys: readonly string[] = ["database"],
): string {
  try {
    settingsFrom({ ...MINIMAL, ...more, database }, secretKeys);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the settings of a database", () => {
  it("are absent by default, and have a lock timeout and tries", () => {
    expect(settingsFrom(MINIMAL).database).to.equal(undefined);
    const { database } = settingsFrom({ ...MINIMAL, database: { url: URL, migrate } }, [
      "database",
    ]);
    expect(database).to.deep.equal({
      ...{ url: URL, migrate: migrate.split(" "), lockTimeoutSeconds: 2, tries: 5 },
    });
  });

  it("take the URL from a variable of the color", () => {
    const env = { DATABASE_URL: URL };
    const settings = settingsFrom({
      ...{ ...MINIMAL, app: { env }, green: { image: "app:v2", env: { DATABASE_URL: `${URL}2` } } },
      database: { url: "DATABASE_URL", migrate },
    });
    expect(databaseUrl(settings.database!, settings.apps.blue)).to.equal(URL);
    expect(databaseUrl(settings.database!, settings.apps.green)).to.equal(`${URL}2`);
  });

  it("name a variable that a color lacks", () => {
    expect(problems({ url: "DATABASE_URL", migrate }, {}, [])).to.include(
      'database.url: must be a URL or the name of a variable in app.env, got "DATABASE_URL", which blue and green ' +
        "does not have. Set it: pulumi config set --secret --path database.url postgres://…, or pulumi config set " +
        "--path database.url DATABASE_URL",
    );
  });

  it("refuse what is no PostgreSQL, without showing it", () => {
    const mysql = "mysql://shop:password@db/shop";
    const own = problems({ url: mysql, migrate });
    expect(own).to.include("database.url: must be postgres://USER:PASSWORD@HOST:PORT/DATABASE.");
    const app = { env: { DATABASE_URL: mysql } };
    const named = problems({ url: "DATABASE_URL", migrate }, { app }, []);
    expect(named).to.include("app.env.DATABASE_URL: must be postgres://USER:");
    expect(own + named).not.to.include(mysql);
  });

  it("need a URL to be a secret", () => {
    expect(problems({ url: URL, migrate }, {}, [])).to.include(
      "database.url: must be stored as a secret. Set it: pulumi config set --secret --path database.url " +
        '"$(pulumi config get --path database.url)"',
    );
  });

  it("tell all mistakes at once", () => {
    const said = problems({ url: "mysql://x", tries: 0, lockTimeoutSeconds: "long" });
    for (const name of ["url", "migrate", "tries", "lockTimeoutSeconds"]) {
      expect(said).to.include(`database.${name}: `);
    }
  });
});
