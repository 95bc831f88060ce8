/**
 * The variables by which psql finds a database; its password then is in no command line. Drivers that frameworks name
 * (`postgresql+psycopg://`) are ignored, as are parameters that are for them.
 *
 * @returns undefined for what is no URL of a PostgreSQL database.
 */
export function postgresVariables(url: string): Readonly<Record<string, string>> | undefined {
  const [, rest = ""] = /^(?:postgres|postgresql|postgis)(?:\+\w+)?:(\/\/\S+)$/.exec(url) ?? [];
  const text = `postgresql:${rest}`;
  if (!URL.canParse(text)) return undefined;
  const { hostname, port, username, password, pathname, searchParams } = new URL(text);
  if (hostname === "" || pathname.length < 2) return undefined;
  const values: Readonly<Record<string, string | null>> = {
    PGHOST: hostname.replace(/^\[(.*)\]$/, "$1"),
    PGPORT: port || "5432",
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get("sslmode"),
  };
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== "");
  return Object.fromEntries(given) as Record<string, string>;
}
