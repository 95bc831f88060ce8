import { group, line, wholeNumber } from "./fields.ts";
import { words } from "./words.ts";

/** The database that both colors share, and how a release changes its schema. */
export const database = group({
  url: line
    .min(1, "must be a URL of PostgreSQL, or the name of a variable in app.env")
    .meta({
      form: "URL of PostgreSQL, as a secret; or the name of a variable in `app.env`",
      example: "DATABASE_URL",
    })
    .describe(
      "the database itself and no pooler of transactions, because a session holds a lock during the migration",
    ),
  migrate: words
    .meta({ example: "python manage.py migrate" })
    .describe(
      "run once for each new image, in a container of it with its color's environment, before the color's containers start",
    ),
  revert: words
    .exactOptional()
    .meta({ example: "python manage.py migrate catalog 0001" })
    .describe(
      "run in the same way if the color with the traffic fails its checks after a migration",
    ),
  lockTimeoutSeconds: wholeNumber(1, 60)
    .default(2)
    .describe(
      "how long a statement of a migration may wait for a lock, with the app's queries behind it",
    ),
  tries: wholeNumber(1, 20)
    .default(5)
    .describe("how often a migration that gets no lock is tried, with growing pauses"),
})
  .exactOptional()
  .describe("the database that both colors share");
