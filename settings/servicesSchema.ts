import { z } from "zod";
import { env, image } from "./appSchema.ts";
import { folder } from "./filesSchema.ts";
import { group, line, wholeNumber } from "./fields.ts";
import { words } from "./words.ts";

/** What stands beside both colors and no release touches: a database, a cache, a queue. */
export const services = z
  .record(
    z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{0,30}$/,
        "must be a name of small letters, digits and dashes that begins with a letter",
      ),
    group({
      image: image
        .meta({ example: "postgres:17" })
        .describe("image of the service; a tag is looked up once, when this setting changes"),
      port: wholeNumber(1, 65535)
        .meta({ example: 5432 })
        .describe("port that it listens on; the app reaches it as `<name>:<port>`"),
      env: env.describe("environment of the service"),
      volume: folder
        .exactOptional()
        .meta({ example: "/var/lib/postgresql/data", defaultsTo: "the image's `VOLUME`" })
        .describe("folder of its files, in a volume that outlives the container and the stack"),
      command: words
        .exactOptional()
        .meta({ example: "postgres -c max_connections=200", defaultsTo: "the image's" })
        .describe("what it runs, in place of the image's `CMD`"),
      memoryMb: wholeNumber(16, 1_048_576).default(512).describe("memory of its container, in MiB"),
      healthCommand: line
        .exactOptional()
        .meta({ example: "pg_isready -U postgres", defaultsTo: "the image's `HEALTHCHECK`" })
        .describe(
          "run in its container by a shell, and succeeds once the service is ready; without one, the service is ready when its port accepts connections",
        ),
    }),
    { error: "must be an object of names and services" },
  )
  .default({})
  .meta({ form: "names and services" })
  .describe(
    "what stands beside both colors and no release touches, such as a database; in a cloud on a machine of its own",
  );
