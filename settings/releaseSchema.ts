import { z } from "zod";
import {
  group,
  numeric,
  oneOf,
  path,
  percentage,
  text,
  trueOrFalse,
  wholeNumber,
} from "./fields.ts";

const DAY_SECONDS = 86_400;
const DEFAULT_SECONDS = 60;
const DEFAULT_REQUESTS = 100;

/** A number with decimals. */
function number(min: number, max: number) {
  const rule = `must be a number from ${min} to ${max}`;
  return numeric(z.number({ error: rule }).min(min, rule).max(max, rule));
}

const stepRule = 'must be a share such as "5%", "testers", or an object with weight';
const stepGroup = z.strictObject(
  {
    weight: percentage,
    durationSeconds: wholeNumber(0, DAY_SECONDS).default(DEFAULT_SECONDS),
    minRequests: wholeNumber(0, 1_000_000_000).default(DEFAULT_REQUESTS),
  },
  { error: stepRule },
);

/** `5%` and `testers` are short for an object. */
const step = z.preprocess((value) => {
  if (value === "testers") return { weight: 0, durationSeconds: 0, minRequests: 0 };
  const share = typeof value === "string" ? /^(\d+(?:\.\d+)?) ?%$/.exec(value)?.[1] : undefined;
  return share === undefined ? value : { weight: Number(share) };
}, stepGroup);

const url = text("must be a URL that begins with http:// or https://", /^https?:\/\/[^\s]+$/);
const command = z.string({ error: "must be a command" }).min(1, "must be a command");
const query = text("must be a query that holds {{color}}", /\{\{color\}\}/);

const WEEKLY = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):[0-5]\d$/;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const timeRule = 'must be a day and time such as "Fri 16:00", or a date such as 2026-12-24';
const time = z
  .string({ error: timeRule })
  .refine((value) => WEEKLY.test(value) || DATE.test(value), timeRule);

const freezeWindow = group({
  from: time,
  to: time,
  timeZone: z
    .string({ error: "must be a time zone such as Europe/Paris" })
    .refine(isTimeZone, "must be a time zone such as Europe/Paris")
    .default("UTC"),
}).refine(({ from, to }) => WEEKLY.test(from) === WEEKLY.test(to), {
  error: "must have from and to in the same form: two days of the week, or two dates",
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const hook = group({ command, timeoutSeconds: wholeNumber(1, 3600).default(60) });

const notification = group({
  webhook: url.exactOptional(),
  slack: url.exactOptional(),
  command: command.exactOptional(),
}).refine((value) => Object.keys(value).length === 1, {
  error: "must hold one of webhook, slack and command",
});

/** The settings of `bluegreen`, as they stand in a stack's config. */
export const release = group({
  steps: z.array(step, { error: "must be a list of steps" }).default([]),
  watchSeconds: wholeNumber(0, DAY_SECONDS).default(300),
  maxErrorRate: number(0, 100).default(5),
  maxLatencyRatio: number(1, 1000).default(2),
  confidence: number(50, 99.999).default(95),
  source: oneOf(["edge", "prometheus", "probe"] as const).exactOptional(),
  prometheus: group({
    url,
    requests: query,
    errors: query,
    latency: query.exactOptional(),
  }).exactOptional(),
  probe: group({
    path: path.exactOptional(),
    ratePerSecond: number(0.1, 1000).default(5),
  }).prefault({}),
  approval: trueOrFalse.default(false),
  keepWarmMinutes: wholeNumber(0, 525_600).default(60),
  idleCount: wholeNumber(1, 200).exactOptional(),
  windows: z.array(freezeWindow, { error: "must be a list of freeze windows" }).default([]),
  hooks: group({
    beforeDeploy: hook.exactOptional(),
    beforeSwitch: hook.exactOptional(),
    afterSwitch: hook.exactOptional(),
    onRollback: hook.exactOptional(),
  }).prefault({}),
  notify: z.array(notification, { error: "must be a list of notifications" }).default([]),
  store: text("must begin with file:// or s3://", /^(file|s3):\/\//).exactOptional(),
});
