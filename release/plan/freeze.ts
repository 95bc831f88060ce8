import type { FreezeWindow } from "../../settings/release.ts";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** The first window that contains the time, by local time in the window's zone. */
export function frozenBy(windows: readonly FreezeWindow[], now: Date): FreezeWindow | undefined {
  return windows.find((window) => {
    const wall = wallClock(now, window.timeZone);
    return window.from.includes(":") ? isInWeek(window, wall) : isInDates(window, wall);
  });
}

interface WallClock {
  /** `2026-12-24` */
  readonly date: string;
  /** Since Monday 00:00. */
  readonly minute: number;
}

function wallClock(now: Date, timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    minute: weekMinute(`${part("weekday")} ${part("hour")}:${part("minute")}`),
  };
}

/** @param text Such as `Fri 16:00`. */
function weekMinute(text: string): number {
  const [day = "", hour = "0", minute = "0"] = text.split(/[ :]/);
  return DAYS.indexOf(day) * DAY_MINUTES + Number(hour) * 60 + Number(minute);
}

/** A window may span the end of the week; from a time to itself it is the whole week. */
function isInWeek({ from, to }: FreezeWindow, { minute }: WallClock): boolean {
  const start = weekMinute(from);
  const length = (weekMinute(to) - start + WEEK_MINUTES) % WEEK_MINUTES || WEEK_MINUTES;
  return (minute - start + WEEK_MINUTES) % WEEK_MINUTES < length;
}

function isInDates({ from, to }: FreezeWindow, { date }: WallClock): boolean {
  return from <= date && date <= to;
}
