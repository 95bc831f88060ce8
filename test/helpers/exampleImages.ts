import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { BASE_TAG } from "../../dev/setup/images.mjs";
import { buildOnce } from "./images.ts";

export type ExampleName = "django-shop" | "flask-sessions" | "fastapi-live";

export function exampleFolder(name: ExampleName): string {
  return fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
}

/** Files of an example that its next version changes, by path. */
export type Change = Readonly<Record<string, (text: string) => string>>;

/**
 * Builds an example by its own Dockerfile and returns the tag, `blue-green-django-shop:<version>`.
 *
 * @param change What this version has otherwise than the example; a file that is absent begins empty.
 */
export async function buildExample(
  name: ExampleName,
  version: string,
  change: Change = {},
): Promise<string> {
  const base = await buildPython();
  return buildOnce(`blue-green-${name}:${version}`, async (tag) => {
    const folder = await mkdtemp(join(tmpdir(), "blue-green-example-"));
    try {
      await cp(exampleFolder(name), folder, { recursive: true });
      for (const [path, edit] of Object.entries(change)) {
        const file = join(folder, path);
        await writeFile(file, edit(await readFile(file, "utf8").catch(() => "")));
      }
      await execa("docker", ["build", "--tag", tag, "--build-arg", `BASE=${base}`, folder]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** In place of Docker Hub's `python:3.13-slim`: Debian's Python, whose pip asks as this machine's does. */
function buildPython(): Promise<string> {
  return buildOnce("blue-green-python:3.13", async (tag) => {
    const asked = "python3 -m pip config list 2>/dev/null || :";
    const { stdout } = await execa("sh", ["-c", asked]);
    const settings = new Map(
      [...stdout.matchAll(/^(?:global|:env:)\.([\w-]+)='(.*)'$/gm)].map((m) => [m[1], m[2]]),
    );
    const folder = await mkdtemp(join(tmpdir(), "blue-green-python-"));
    const names = ["index-url", "extra-index-url", "trusted-host", "proxy"];
    const lines = names.flatMap((name) =>
      settings.has(name) ? `${name} = ${settings.get(name)}` : [],
    );
    const certificates = settings.get("cert");
    if (certificates !== undefined) {
      await copyFile(certificates, join(folder, "ca.crt"));
      lines.push("cert = /etc/pip/ca.crt");
    }
    await writeFile(join(folder, "pip.conf"), `[global]\n${lines.join("\n")}\n`);
    await writeFile(join(folder, "Dockerfile"), PYTHON);
    try {
      await execa("docker", ["build", "--tag", tag, folder]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const INSTALL =
  "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends";

const PYTHON = `FROM ${BASE_TAG}
RUN ${INSTALL} python3-venv && rm -rf /var/lib/apt/lists/* && python3 -m venv /opt/python
ENV PATH=/opt/python/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY . /etc/pip/
RUN mv /etc/pip/pip.conf /etc/pip.conf
`;

/** In place of Docker Hub's `postgres:17`, with the variables, the folder and the user of that image. */
export function buildPostgres(): Promise<string> {
  return buildService("blue-green-postgres:17", POSTGRES_START, (start) => [
    `RUN ${INSTALL} postgresql-17 && rm -rf /var/lib/apt/lists/*`,
    `RUN ${start}`,
    "ENV PATH=/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV PGDATA=/var/lib/postgresql/data",
    "VOLUME /var/lib/postgresql/data",
    "STOPSIGNAL SIGINT",
    'CMD ["postgres"]',
  ]);
}

const POSTGRES_START = `#!/bin/sh
set -eu
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf '%s\\n' "$POSTGRES_PASSWORD" >/tmp/password
  initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 >/dev/null
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl -w start -o "-c listen_addresses=''" >/dev/null
  createdb --username="$POSTGRES_USER" "\${POSTGRES_DB:-$POSTGRES_USER}"
  pg_ctl -w stop >/dev/null
fi
exec "$@" -c listen_addresses='*'
`;

/** In place of Docker Hub's `redis:8`. */
export function buildRedis(): Promise<string> {
  return buildService("blue-green-redis:8", REDIS_START, (start) => [
    `RUN ${INSTALL} redis-server && rm -rf /var/lib/apt/lists/*`,
    `RUN ${start}`,
    "VOLUME /data",
    "WORKDIR /data",
    'CMD ["redis-server"]',
  ]);
}

const REDIS_START = `#!/bin/sh
set -eu
[ "$1" != redis-server ] || set -- "$@" --protected-mode no
if [ "$(id -u)" = 0 ]; then
  chown -R redis .
  exec setpriv --reuid=redis --regid=redis --init-groups "$@"
fi
exec "$@"
`;

function buildService(
  tag: string,
  entrypoint: string,
  lines: (start: string) => readonly string[],
): Promise<string> {
  const encoded = Buffer.from(entrypoint).toString("base64");
  const start = `echo ${encoded} | base64 -d >/usr/local/bin/start && chmod 755 /usr/local/bin/start`;
  const input = [`FROM ${BASE_TAG}`, ...lines(start), 'ENTRYPOINT ["start"]', ""].join("\n");
  return buildOnce(tag, () => execa("docker", ["build", "--tag", tag, "-"], { input }));
}
