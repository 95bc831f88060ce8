import { execa } from "execa";
import { buildApp } from "./images.ts";

/** How a build of the app is bad for its users, while its health path says nothing of it. */
export interface Fault {
  /** Percent of the requests that get a 500. */
  readonly errors?: number;
  /** What each request takes longer. */
  readonly slowMs?: number;
}

const SERVER = `import os, random, time
from flask import abort, request
from app import app

ERRORS = float(os.environ["ERRORS"])
SLOW = float(os.environ["SLOW_MS"]) / 1000

@app.before_request
def fault():
    if request.path == "/health":
        return
    time.sleep(SLOW)
    if random.random() * 100 < ERRORS:
        abort(500)
`;

/** Builds it as \`blue-green-faulty:<version>\` and returns that tag. */
export async function buildFaultyApp(version: string, fault: Fault): Promise<string> {
  const tag = `blue-green-faulty:${version}`;
  const code = Buffer.from(SERVER).toString("base64");
  const dockerfile = `
FROM ${await buildApp(version)}
USER 0
RUN echo ${code} | base64 -d >/app/faulty.py
USER 10001:10001
ENV ERRORS=${fault.errors ?? 0} SLOW_MS=${fault.slowMs ?? 0}
CMD ["gunicorn", "faulty:app"]
`;
  await execa("docker", ["build", "--tag", tag, "-"], { input: dockerfile });
  return tag;
}
