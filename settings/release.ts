import { z } from "zod";
import { MAX_COUNT } from "./appSchema.ts";
import {
  decimal,
  group,
  listOf,
  oneOf,
  path,
  percentage,
  text,
  trueOrFalse,
  wholeNumber,
} from "./fields.ts";
import type { DeepReadonly } from "./types.ts";

const DAY_SECONDS = 86_400;

const stepRule = 'must be a share such as "5%", "testers", or an object with weight';
const stepGroup = z.strictObject(
  {
    weight: percentage
      .meta({ example: 5 })
      .describe(
        "percentage of the traffic for the new color; 0 for testers only, until a person promotes",
      ),
    durationSeconds: wholeNumber(0, DAY_SECONDS).default(60).describe("how long the step lasts"),
    minRequests: wholeNumber(0, 1_000_000_000)
      .default(100)
      .describe("how many requests the new color must have answered"),
  },
  { error: stepRule },
);

/** `5%` and `testers` are short for an object. */
const step = z
  .preprocess((value) => {
    if (value === "testers") return { weight: 0, durationSeconds: 0, minRequests: 0 };
    const share = typeof value === "string" ? /^(\d+(?:\.\d+)?) ?%$/.exec(value)?.[1] : undefined;
    return share === undefined ? value : { weight: Number(share) };
  }, stepGroup)
  .meta({ example: "5%" });

const url = text("a URL that begins with http:// or https://", /^https?:\/\/[^\s]+$/).meta({
  form: "URL",
});
const command = z
  .string({ error: "must be a command" })
  .min(1, "must be a command")
  .meta({ form: "command for `sh`" });
const query = text("a query that contains {{color}}", /\{\{color\}\}/);

const WEEKLY = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):[0-5]\d$/;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const time = text(
  'a day and time such as "Fri 16:00", or a date such as 2026-12-24',
  new RegExp(`${WEEKLY.source}|${DATE.source}`),
).meta({ form: "`Fri 16:00`, or `2026-12-24`" });

const zoneRule = "must be a time zone such as Europe/Paris";
const freezeWindow = group({
  from: time.meta({ example: "Fri 16:00" }).describe("when it begins"),
  to: time.meta({ example: "Mon 08:00" }).describe("when it ends; a date is frozen as well"),
  timeZone: z
    .string({ error: zoneRule })
    .refine(isTimeZone, zoneRule)
    .default("UTC")
    .meta({ form: "time zone", example: "Europe/Paris" })
    .describe("such as `Europe/Paris`"),
}).check(({ value, issues }) => {
  if (DATE.test(value.from) && DATE.test(value.to) && value.to < value.from) {
    const message = `must not be before ${value.from}, when the window begins`;
    const params = { valid: value.from };
    issues.push({ code: "custom", path: ["to"], message, input: value.to, params });
  }
  const other = WEEKLY.test(value.from) ? "to" : "from";
  if (WEEKLY.test(value.from) === WEEKLY.test(value.to)) return;
  const message = "must be a day and time, like the other end of the window, not a date";
  issues.push({ code: "custom", path: [other], message, input: value[other] });
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const hook = group({
  command: command.meta({ example: "./check.sh" }).describe("what to run; see below"),
  timeoutSeconds: wholeNumber(1, 3600).default(60).describe("how long it may take"),
}).exactOptional();

const notification = group({
  webhook: url
    .exactOptional()
    .meta({ example: "https://example.com/hook", storage: "as before" })
    .describe("a URL that gets the event as JSON"),
  slack: url
    .exactOptional()
    .meta({ example: "https://hooks.slack.com/services/T00/B00/X", storage: "as before" })
    .describe("instead: a URL that gets it in Slack's format"),
  command: command
    .exactOptional()
    .meta({ example: "./notify.sh" })
    .describe("instead: a command that gets the JSON on standard input"),
}).check(({ value, issues }) => {
  const [first = "webhook", ...others] = Object.keys(value);
  if (value[first as keyof typeof value] === undefined) {
    const message = "must be set if neither slack nor command is";
    issues.push({ code: "custom", path: [first], message, input: undefined });
  }
  for (const other of others) {
    const message = `can't be set together with ${first}, because a notification has one destination`;
    const input = value[other as keyof typeof value];
    issues.push({ code: "custom", path: [other], message, input, params: { isExtra: true } });
  }
});

/** The settings of `bluegreen`, which `pulumi up` ignores. */
export const release = group({
  steps: listOf(step, "steps")
    .default([])
    .meta({ form: 'list of `"5%"`, `"testers"`, or objects' })
    .describe("what comes between the deploy and the switch, in order"),
  watchSeconds: wholeNumber(0, DAY_SECONDS)
    .default(300)
    .describe("how long the new color is judged after the switch"),
  watchUndecided: oneOf(["release", "wait", "rollback"])
    .default("release")
    .describe("what follows a watch that saw too few requests for a verdict; see below"),
  maxErrorRate: decimal(0, 100)
    .default(5)
    .describe("hard limit of the failed requests, in percent, whatever the other color does"),
  maxLatencyRatio: decimal(1, 1000)
    .default(2)
    .describe("hard limit of the latency, as a multiple of the other color's"),
  statusMayDiffer: listOf(oneOf(["4xx", "3xx"]).meta({ example: "3xx" }), "statuses")
    .default([])
    .meta({ form: 'list of `"4xx"` and `"3xx"`' })
    .describe("statuses that the new color may give more often than the other one, on purpose"),
  confidence: decimal(50, 99.999)
    .default(95)
    .describe("in percent: 100 minus the share of good releases that may be sent back"),
  source: oneOf(["edge", "prometheus", "probe"])
    .exactOptional()
    .meta({ example: "probe", defaultsTo: "`edge`; `probe` with a managed balancer" })
    .describe("what counts requests and failures"),
  prometheus: group({
    url: url.meta({ example: "http://127.0.0.1:9090" }).describe("Prometheus's address"),
    requests: query
      .meta({ example: 'sum(http_requests_total{color="{{color}}"})' })
      .describe("all requests of a color, as a total that only grows"),
    errors: query
      .meta({ example: 'sum(http_requests_total{color="{{color}}",status=~"5.."}) or vector(0)' })
      .describe("the failed ones, also as a total"),
    latency: query
      .exactOptional()
      .meta({ example: 'sum by (le) (http_request_duration_seconds_bucket{color="{{color}}"})' })
      .describe("latency buckets, by `le`"),
  }).exactOptional(),
  probe: group({
    path: path
      .exactOptional()
      .meta({ example: "/health", defaultsTo: "the health path" })
      .describe("path that the prober requests"),
    ratePerSecond: decimal(0.1, 1000).default(5).describe("requests of the prober per second"),
  }).prefault({}),
  approval: trueOrFalse
    .default(false)
    .describe("whether a person has to run `bluegreen promote` before the switch"),
  keepWarmMinutes: wholeNumber(0, 525_600)
    .default(60)
    .describe(
      "how long the old color keeps all hosts after the switch; `retire` refuses before then",
    ),
  idleCount: wholeNumber(0, MAX_COUNT)
    .exactOptional()
    .meta({ example: 1 })
    .describe("number of hosts to which `retire` shrinks the idle color; 0 for none, see below"),
  windows: listOf(freezeWindow, "freeze windows").default([]).describe("when no release may begin"),
  hooks: group({
    beforeDeploy: hook,
    beforeSwitch: hook,
    afterSwitch: hook,
    onRollback: hook,
  }).prefault({}),
  notify: listOf(notification, "notifications")
    .default([])
    .describe("where events are sent; each entry has one of the three destinations"),
  store: text("a URL that begins with file:// or s3://", /^(file|s3):\/\//)
    .exactOptional()
    .meta({
      form: "`file://…` or `s3://…`",
      example: "s3://releases",
      defaultsTo: "next to the state",
    })
    .describe("where lock, journal and history are kept"),
});

type Release = DeepReadonly<z.output<typeof release>>;

export type CanaryStep = Release["steps"][number];
export type FreezeWindow = Release["windows"][number];
export type HookName = keyof Release["hooks"];
export type Notification = Release["notify"][number];

export interface ReleaseSettings extends Release {
  readonly source: NonNullable<Release["source"]>;
  readonly probe: Required<Release["probe"]>;
}
