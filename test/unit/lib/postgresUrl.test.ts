import { expect } from "chai";
import { postgresVariables } from "../../../lib/postgresUrl.ts";

describe("the variables of a PostgreSQL URL", () => {
  it("have what psql needs, without what is for a driver", () => {
    const url =
      "postgresql+psycopg://us%40er:p%2Fw@db.example.com:6432/shop?sslmode=require&pool=5";
    expect(postgresVariables(url)).to.deep.equal({
      ...{ PGHOST: "db.example.com", PGPORT: "6432", PGUSER: "us@er", PGPASSWORD: "p/w" },
      ...{ PGDATABASE: "shop", PGSSLMODE: "require" },
    });
  });

  it("have the usual port, and leave out what is not there", () => {
    expect(postgresVariables("postgres://[::1]/shop")).to.deep.equal({
      ...{ PGHOST: "::1", PGPORT: "5432", PGDATABASE: "shop" },
    });
  });

  for (const url of [
    "mysql://a@b/c",
    "postgres://db",
    "postgres:///shop",
    "postgres://a b/c",
    "",
  ]) {
    it(`are none for "${url}"`, () => {
      expect(postgresVariables(url)).to.equal(undefined);
    });
  }
});
