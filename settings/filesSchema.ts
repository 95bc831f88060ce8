import { z } from "zod";
import { group, listOf, text, trueOrFalse, wholeNumber } from "./fields.ts";

/** What the app's containers may write, and what of it is kept. */

const TAKEN = /^\/(tmp|proc|sys|dev)(\/|$)/;

export const folder = text(
  "an absolute path below the root, of letters, digits, dots, dashes and _, and not in /tmp, /proc, /sys or /dev",
  /^(\/[A-Za-z0-9_.-]*[A-Za-z0-9_-])+$/,
)
  .refine((path) => !TAKEN.test(path), {
    error: "must not be in /tmp, /proc, /sys or /dev",
    abort: true,
  })
  .meta({ form: "absolute path", example: "/data" });

const volume = group({
  name: text(
    "a name of small letters, digits and dashes that begins with a letter",
    /^[a-z][a-z0-9-]{0,30}$/,
  )
    .meta({ example: "uploads" })
    .describe("name of the volume within the stack"),
  path: folder.describe("where the containers of both colors see it"),
});

// CAP_SYS_ADMIN and its like would undo the hardening.
const CAPABILITIES = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "IPC_LOCK", "KILL", "MKNOD"],
  ...["NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID"],
  ...["SYS_CHROOT", "SYS_NICE", "SYS_PTRACE", "SYS_RESOURCE"],
] as const;

export const files = {
  volumes: listOf(volume, "volumes")
    .default([])
    .describe(
      "volumes for files that both colors share and that outlive every release; for `local` only",
    ),
  writablePaths: listOf(folder.meta({ example: "/app/cache" }), "paths")
    .default([])
    .describe(
      "folders that a container may write besides `/tmp`, each with what the image has there; lost with the container",
    ),
  tmpMb: wholeNumber(1, 1_048_576)
    .default(64)
    .describe("size of `/tmp`, in MiB; it is in memory and counts as the container's"),
  readOnly: trueOrFalse
    .default(true)
    .describe("whether all other folders are read-only; what is written there is lost"),
  capAdd: listOf(
    z
      .enum(CAPABILITIES, { error: `must be one of ${CAPABILITIES.join(", ")}` })
      .meta({ example: "NET_BIND_SERVICE" }),
    "capabilities",
  )
    .default([])
    .describe(
      "Linux capabilities for an image whose program asks for them; by default all are dropped",
    ),
};
