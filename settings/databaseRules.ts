import { COLORS } from "../lib/color.ts";
import { postgresVariables } from "../lib/postgresUrl.ts";
import { type Unchecked, valueIn } from "./group.ts";
import { setCommand } from "./remedies.ts";
import type { AppSettings, DatabaseSettings } from "./types.ts";

const URL_RULE = "must be postgres://USER:PASSWORD@HOST:PORT/DATABASE";

/** Finds a URL that names no PostgreSQL database, and a variable that a color does not have. */
export function checkDatabase({ database, app, ...config }: Unchecked): string[] {
  const url = valueIn(database, "url");
  if (typeof url !== "string" || url === "") return [];
  if (isUrl(url)) return isPostgres(url) ? [] : [`database.url: ${URL_RULE}. ${setUrl()}`];
  const colors = COLORS.filter((color) => config[color] !== undefined);
  const values = colors.map(
    (color) =>
      [
        color,
        valueIn(valueIn(config[color], "env"), url) ?? valueIn(valueIn(app, "env"), url),
      ] as const,
  );
  const lacking = values.filter(([, value]) => value === undefined).map(([color]) => color);
  if (lacking.length > 0) {
    return [
      `database.url: must be a URL or the name of a variable in app.env, got ${JSON.stringify(url)}, which ` +
        `${lacking.join(" and ")} does not have. ${setUrl()}`,
    ];
  }
  const wrong = values.find(([, value]) => typeof value !== "string" || !isPostgres(value));
  if (!wrong) return [];
  return [
    `app.env.${url}: ${URL_RULE}, because database.url names it. ` +
      `Set it: pulumi config set --secret --path app.env.${url} postgres://…`,
  ];
}

/** Anyone with the stack file could read its password. */
export function checkDatabaseSecret(
  { database }: Unchecked,
  secretKeys: ReadonlySet<string>,
): string[] {
  const url = valueIn(database, "url");
  if (typeof url !== "string" || !isUrl(url) || secretKeys.has("database")) return [];
  return [
    "database.url: must be stored as a secret. Set it: pulumi config set --secret --path database.url " +
      '"$(pulumi config get --path database.url)"',
  ];
}

const isUrl = (text: string) => text.includes("://");

const isPostgres = (text: string) => postgresVariables(text) !== undefined;

const setUrl = () =>
  `Set it: pulumi config set --secret --path database.url postgres://…, or ${setCommand("database.url")}`;

/** The URL by which a color's version reaches the database. */
export function databaseUrl({ url }: DatabaseSettings, { env }: Pick<AppSettings, "env">): string {
  return isUrl(url) ? url : (env[url] ?? "");
}
