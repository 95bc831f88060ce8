import { z } from "zod";
import { decimal, group, oneOf, wholeNumber } from "./fields.ts";
import { words } from "./words.ts";

/** What runs from a color's image beside its web containers. */

/** In names of resources and labels, beside other things of a host. */
const TAKEN = ["web", "edge", "host", "image", "ready", "sidecar"];

const process = group({
  command: words
    .meta({ example: "celery -A shop worker" })
    .describe("what the process runs, in place of the image's `CMD`"),
  kind: oneOf(["worker", "single"])
    .default("worker")
    .describe(
      "a `worker` takes jobs, as often as `count` says; a `single` (cron, beat) never runs twice at the same time",
    ),
  count: wholeNumber(1, 100)
    .default(1)
    .describe("containers of a worker, spread over the color's hosts"),
  stopSeconds: wholeNumber(1, 3600)
    .exactOptional()
    .meta({ example: 60, defaultsTo: "`app.stopSeconds`" })
    .describe("seconds from SIGTERM to SIGKILL: how long a job may take to finish"),
  memoryMb: wholeNumber(16, 1_048_576)
    .exactOptional()
    .meta({ example: 512, defaultsTo: "`app.memoryMb`" })
    .describe("memory of each container, in MiB"),
  cpus: decimal(0.1, 256)
    .exactOptional()
    .meta({ example: 1, defaultsTo: "`app.cpus`" })
    .describe("CPUs of each container"),
});

export const processes = z
  .record(
    z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{0,30}$/,
        "must be a name of small letters, digits and dashes that begins with a letter",
      )
      .refine((name) => !TAKEN.includes(name), `must not be one of ${TAKEN.join(", ")}`),
    process,
    { error: "must be an object of names and processes" },
  )
  .default({})
  .meta({ form: "names and processes" })
  .describe(
    "what runs beside the web containers, from the color's image; works in the active color only",
  );
