import { buildApp, buildFrom } from "./images.ts";

/** How a build of the app is bad for its users while its health path stays good. */
export interface Fault {
  /** Percent of the requests that get a 500. */
  readonly errors?: number;
  /** The failures occur only above this many requests per second. */
  readonly abovePerSecond?: number;
  /** How much longer each request takes. */
  readonly slowMs?: number;
}

const SERVER = `import collections, os, random, time
from flask import abort, request
from app import app

ERRORS = float(os.environ["ERRORS"])
ABOVE = float(os.environ["ABOVE_PER_SECOND"])
SLOW = float(os.environ["SLOW_MS"]) / 1000
recent = collections.deque()

def is_above():
    now = time.monotonic()
    recent.append(now)
    while recent[0] < now - 1:
        recent.popleft()
    return len(recent) > ABOVE

@app.before_request
def fault():
    if request.path == "/health":
        return
    time.sleep(SLOW)
    if is_above() and random.random() * 100 < ERRORS:
        abort(500)
`;

/** Builds it as \`blue-green-faulty:<version>\` and returns that tag. */
export async function buildFaultyApp(version: string, fault: Fault): Promise<string> {
  const { errors = 0, abovePerSecond = 0, slowMs = 0 } = fault;
  const tag = `blue-green-faulty:${version}`;
  const code = Buffer.from(SERVER).toString("base64");
  const dockerfile = `
FROM ${await buildApp(version)}
USER 0
RUN echo ${code} | base64 -d >/app/faulty.py
USER 10001:10001
ENV ERRORS=${errors} ABOVE_PER_SECOND=${abovePerSecond} SLOW_MS=${slowMs}
CMD ["gunicorn", "faulty:app"]
`;
  return buildFrom(tag, dockerfile);
}
