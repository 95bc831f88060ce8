import { BASE_TAG } from "../../dev/setup/images.mjs";
import { buildFrom } from "./images.ts";

/** What a version of the app asks the database for each request, and its migrations. */
export interface MigratingVersion {
  readonly query: string;
  /** SQL, in one transaction. */
  readonly migrate: string;
  readonly revert?: string;
  /** A client that is not built on libpq reads no PGOPTIONS. */
  readonly ignoresOptions?: boolean;
}

const SERVER = `
import os, psycopg2, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
local = threading.local()
def ask():
    if getattr(local, "db", None) is None:
        local.db = psycopg2.connect(os.environ["DATABASE_URL"])
        local.db.autocommit = True
    cursor = local.db.cursor()
    cursor.execute(os.environ["QUERY"])
    return str(cursor.fetchall())
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        try:
            status, body = 200, "ok" if self.path == "/health" else ask()
        except Exception as error:
            status, body = 500, str(error)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())
    def log_message(self, *words): pass
ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
`;

const MIGRATE = `
import os, psycopg2, sys
if os.environ.get("IGNORES_OPTIONS"): del os.environ["PGOPTIONS"]
db = psycopg2.connect(os.environ["DATABASE_URL"])
cursor = db.cursor()
cursor.execute(os.environ[sys.argv[1]])
for notice in db.notices: print(notice.strip())
db.commit()
print(sys.argv[1], "is done", flush=True)
`;

const put = (file: string, text: string) =>
  `RUN echo ${Buffer.from(text).toString("base64")} | base64 -d >/${file}`;

/** Builds a small app that answers each request from its database. @returns the tag */
export function buildMigrating(version: string, of: MigratingVersion): Promise<string> {
  const env = {
    QUERY: of.query,
    MIGRATE: of.migrate,
    REVERT: of.revert ?? "",
    IGNORES_OPTIONS: of.ignoresOptions ? "1" : "",
  };
  const lines = [
    `FROM ${BASE_TAG}`,
    "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-psycopg2",
    put("server.py", SERVER),
    put("migrate.py", MIGRATE),
    // Docker replaces variables in these.
    ...Object.entries(env).map(
      ([name, value]) => `ENV ${name}=${JSON.stringify(value).replaceAll("$", "\\$")}`,
    ),
    "USER nobody",
    'CMD ["python3", "/server.py"]',
    "",
  ];
  return buildFrom(`blue-green-migrating:${version}`, lines.join("\n"));
}
