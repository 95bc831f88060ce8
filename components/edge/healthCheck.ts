import type { AppSettings } from "../../settings/types.ts";

/** How HAProxy (2.6 and 3.0) checks an app's health, as lines of a backend. */
export function healthCheck({
  healthPath,
  healthHost,
  healthHeaders,
}: Pick<AppSettings, "healthPath" | "healthHost" | "healthHeaders">): string {
  const headers = Object.entries({ Host: healthHost, ...healthHeaders }).map(
    // A header's value is a format, in which % begins a variable.
    ([name, value]) => ` hdr ${name} ${word(value.replaceAll("%", "%%"))}`,
  );
  return `  option httpchk
  http-check send meth GET uri ${quoted(healthPath)} ver HTTP/1.1${headers.join("")}
  http-check expect status 200
`;
}

function word(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : quoted(text);
}

/** HAProxy's strong quotes; the settings refuse values with a quote or a line break. */
export function quoted(text: string): string {
  return `'${text}'`;
}
