import { z } from "zod";
import {
  decimal,
  type Example,
  group,
  line,
  listOf,
  path,
  percentage,
  text,
  trueOrFalse,
  wholeNumber,
} from "./fields.ts";
import { files } from "./filesSchema.ts";
import { words } from "./words.ts";

/** Settings of the app, its colors, and the tests of the idle color. */

// Docker's grammar of references, without its length limits.
export const image = text(
  "an image: name:tag, name@sha256:… or sha256:…",
  /^(sha256:[0-9a-f]{64}|[a-z0-9][a-zA-Z0-9._:/-]*(@sha256:[0-9a-f]{64})?)$/,
).meta({ form: "name:tag, name@sha256:…" });

const RESERVED = ["DEPLOYMENT_COLOR", "PORT"];

export const env = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a name of letters, digits and _")
      .refine((name) => !RESERVED.includes(name), "is set by this program and can't be changed"),
    z
      .union([z.string(), z.number(), z.boolean()], {
        error: "must be a text, a number or true/false",
      })
      .transform(String)
      .refine(
        (value) => !value.includes("\0"),
        "can't contain a NUL character, which no environment can hold",
      )
      .meta({ example: "info", storage: "as before" }),
    { error: "must be an object of names and values" },
  )
  .default({})
  .meta({ form: "names and values" });

export const MAX_COUNT = 200;

// A droplet's or an instance's: s-2vcpu-4gb, b3-8, m1.small.
export const size = text(
  "a size's name of letters, digits, dots, dashes and _",
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
).meta({ form: "name", example: "s-1vcpu-1gb" });

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&*+.^_|~-]+$/, "must be a header's name");

const headers = z
  .record(headerName, line.meta({ example: "text/html", storage: "as before" }), {
    error: "must be an object of header names and values",
  })
  .default({})
  .meta({ form: "names and values" });

/** Settings of `app` that a color may have for itself. */
const ofEachColor = {
  port: wholeNumber(1, 65535).default(8000).describe("port of the app in its container"),
  healthPath: path
    .default("/health")
    .describe(
      "answers 200 when the app is healthy; every gate checks it, and the balancer every second",
    ),
  command: words
    .exactOptional()
    .meta({ example: "gunicorn --bind 0.0.0.0:8000 app:app", defaultsTo: "the image's" })
    .describe("what the containers run, in place of the image's `CMD`"),
  entrypoint: words
    .exactOptional()
    .meta({ example: "/usr/bin/env", defaultsTo: "the image's" })
    .describe(
      "replaces the image's `ENTRYPOINT`; the image's `CMD` then has no effect, as with `docker run --entrypoint`",
    ),
  healthHost: text("a host name, with a port if it has one", /^[A-Za-z0-9]([A-Za-z0-9._:-]*)$/)
    .exactOptional()
    .meta({
      form: "host name",
      example: "shop.example.com",
      defaultsTo: "the first of `tls.domains`, else `localhost`",
    })
    .describe("the Host header of gates and of the balancer's health checks"),
  user: text("uid or uid:gid, as numbers other than 0", /^([1-9]\d*(:[1-9]\d*)?)?$/)
    .default("")
    .meta({ form: "uid or uid:gid", example: "1000:1000", defaultsTo: "the image's" })
    .describe("user that the app runs as; 65534:65534 if the image's own user is root"),
  memoryMb: wholeNumber(16, 1_048_576).default(512).describe("memory of each container, in MiB"),
  cpus: decimal(0.1, 256).default(1).describe("CPUs of each container"),
  pids: wholeNumber(8, 65536).default(256).describe("processes and threads of each container"),
  stopSeconds: wholeNumber(1, 3600).default(30).describe("seconds from SIGTERM to SIGKILL"),
  ...files,
};

type Fields = Readonly<Record<string, z.ZodType & { unwrap(): z.core.SomeType }>>;
type WithoutDefaults<F extends Fields> = {
  [K in keyof F]: z.ZodExactOptional<ReturnType<F[K]["unwrap"]>>;
};

/** The same settings, which are left out by default. */
function withoutDefaults<F extends Fields>(fields: F): WithoutDefaults<F> {
  const all = Object.entries(fields).map(([name, field]) => {
    const about = z.globalRegistry.get(field) ?? {};
    const byDefault = field.safeParse(undefined).data;
    const inner = z.exactOptional(field.unwrap());
    // A list has the example of its entries.
    const example =
      about.example ?? (Array.isArray(byDefault) ? undefined : (byDefault as Example));
    return [name, inner.meta({ ...about, ...(example !== undefined && { example }) })];
  });
  return Object.fromEntries(all) as WithoutDefaults<F>;
}

export const pool = group({
  image: image
    .meta({ example: "registry.example.com/app:1.4.2" })
    .describe(
      "image that the color runs. The active color needs one; the idle color can be left out until its first deploy",
    ),
  count: wholeNumber(0, MAX_COUNT)
    .default(2)
    .describe("hosts; containers for `local`. 0 keeps nothing of an idle color running"),
  env: env.describe("environment of this color; takes precedence over `app.env`"),
  app: group(withoutDefaults(ofEachColor))
    .exactOptional()
    .meta({ form: "settings of `app`" })
    .describe(
      `settings of \`app\` for this color alone, which take precedence: ${Object.keys(ofEachColor).join(", ")}`,
    ),
  keep: trueOrFalse
    .exactOptional()
    .meta({ example: true, defaultsTo: "`false`" })
    .describe(
      "while idle, the color keeps the settings of `app`, `env` and `processes` that it was deployed with, until its image changes; releases set it for a rollback",
    ),
  size: size
    .exactOptional()
    .meta({ defaultsTo: "the target's" })
    .describe("in a cloud: the size of each host"),
});

export const app = group({
  ...ofEachColor,
  healthHeaders: z
    .record(
      headerName,
      text("a text without quotes and line breaks", /^[^'"\r\n]*$/).meta({
        example: "https",
        storage: "as before",
      }),
      { error: "must be an object of header names and values" },
    )
    .default({})
    .meta({ form: "names and values" })
    .describe(
      "headers of the requests of gates and of the balancer's health checks, such as `X-Forwarded-Proto: https` for an app that redirects to HTTPS",
    ),
  env: env.describe("environment of both colors"),
});

// `database`, `$.checks[0].state`: names between dots, and positions in lists.
const JSON_PATH = /^(\$\.)?[^\s.$[\]"'\\]+(\[\d+\])*(\.[^\s.[\]"'\\]+(\[\d+\])*)*$/;

const json = z
  .record(
    z
      .string()
      .regex(
        JSON_PATH,
        "must be a path into the JSON: names between dots, such as checks[0].state",
      ),
    z
      .union([line, z.number(), z.boolean()], {
        error:
          "must be a text of one line, a number or true/false; write a longer path as one name in quotes",
      })
      .transform(String)
      .meta({ example: "ok", storage: "as before" }),
    { error: "must be an object of paths and values" },
  )
  .default({})
  .meta({ form: "paths and values" });

export const smoke = listOf(
  group({
    path: path.meta({ example: "/health" }).describe("URL path of the check"),
    status: wholeNumber(100, 599).default(200).describe("status that the answer must have"),
    contains: line.default("").meta({ example: "welcome" }).describe("text that the body contains"),
    json: json.describe(
      "values that the answer must have, by their paths in its JSON, such as `database: ok` or `checks[0].state: up`",
    ),
    headers: headers.describe("headers of the request"),
  }),
  "checks",
)
  .min(1, "must have at least one check")
  .exactOptional()
  .meta({ defaultsTo: "the health path" })
  .describe("checks that every host of a color must pass before the color may take traffic");

export const health = group({
  timeoutSeconds: wholeNumber(1, 3600)
    .default(60)
    .describe("how long a gate, and a container's own HEALTHCHECK, may take to pass"),
  intervalSeconds: wholeNumber(1, 60)
    .default(2)
    .describe(
      "how long a gate waits after a wrong answer; after three right answers in a row it passes",
    ),
  minUptimeSeconds: wholeNumber(0, 300)
    .default(10)
    .describe(
      "how long a container must have run without a restart before its gate passes; 0 to wait for nothing",
    ),
});

export const canary = group({
  weight: percentage
    .default(0)
    .meta({ example: 5 })
    .describe("percentage of the traffic for the idle color"),
  header: text(
    'a name, or "name: value", of letters, digits and dashes',
    /^[A-Za-z0-9_.-]+(\s*:\s*[^\s'"\\,;]+)?$/,
  )
    .optional()
    .meta({ form: "name, or `name: value`", example: "x-canary", defaultsTo: "`x-canary`" })
    .describe(
      "requests with this header always go to the idle color; a name alone means the value `true`",
    ),
  cookie: text(
    "a name, or name=value, of letters, digits and dashes",
    /^[A-Za-z0-9_.-]+(=[^\s'"\\,;]+)?$/,
  )
    .optional()
    .meta({ form: "name, or `name=value`", example: "canary=1" })
    .describe("the same for a cookie"),
});

export const cosignKey = text(
  "a public key in PEM, as cosign generate-key-pair writes it",
  /^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+\n-----END PUBLIC KEY-----\s*$/,
)
  .exactOptional()
  .meta({ form: "public key, PEM", example: { command: "cat cosign.pub" }, storage: "plaintext" })
  .describe("an image that a color gets must have a signature by this key, made by `cosign sign`");
