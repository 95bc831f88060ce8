import { BASE_TAG } from "../../dev/setup/images.mjs";
import { buildFrom } from "./images.ts";

const TAG = "blue-green-static:test";

/** STOPSIGNAL: this server ignores SIGTERM as process 1, and has nothing to finish. */
const DOCKERFILE = `
FROM ${BASE_TAG} AS parts
RUN apt-get update \\
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends busybox-static \\
    && mkdir /www && echo static >/www/index.html && echo well >/www/health
FROM scratch
COPY --from=parts /bin/busybox /busybox
COPY --from=parts /www /www
STOPSIGNAL SIGKILL
CMD ["/busybox", "httpd", "-f", "-p", "8000", "-h", "/www"]
`;

/**
 * Builds an image with one static binary and two files: no shell, no curl, no HEALTHCHECK, no user
 * but root. It comes from a Debian package, so that no compiler is needed.
 */
export function buildStatic(): Promise<string> {
  return buildFrom(TAG, DOCKERFILE);
}
