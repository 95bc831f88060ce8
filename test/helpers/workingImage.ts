import { buildFrom } from "./images.ts";
import { buildWritingApp } from "./writingImage.ts";

/** Takes each job by renaming it, works on it, and notes who has done it. */
const WORKER = `import os, signal, sys, time

stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
if os.environ["BROKEN"] == "yes":
    time.sleep(1)
    sys.exit("no such queue")
for folder in ("new", "taken", "done"):
    os.makedirs("/data/" + folder, exist_ok=True)
while not stopping:
    for job in sorted(os.listdir("/data/new")):
        try:
            os.rename("/data/new/" + job, "/data/taken/" + job)
        except FileNotFoundError:
            continue
        time.sleep(0.2)
        with open("/data/done/" + job, "a") as done:
            done.write(os.environ["DEPLOYMENT_COLOR"] + "\\n")
        break
    else:
        time.sleep(0.05)
`;

/** Notes each of its starts, and each time that it finds another one of itself at work. */
const CLOCK = `import fcntl, os, time

lock = open("/data/clock.lock", "w")
def note(text):
    with open("/data/clock.log", "a") as log:
        log.write(text + "\\n")

note("started " + os.environ["DEPLOYMENT_COLOR"])
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    note("TWICE")
while True:
    time.sleep(1)
`;

/**
 * Builds an image with a web server, a worker (worker.py) and a process that must not run twice (clock.py).
 * They share the files in /data.
 */
export async function buildWorkingApp(version: string, isBroken = false): Promise<string> {
  const encoded = [WORKER, CLOCK].map((code) => Buffer.from(code).toString("base64"));
  const dockerfile = `
FROM ${await buildWritingApp("v1")}
RUN echo ${encoded[0]} | base64 -d >worker.py && echo ${encoded[1]} | base64 -d >clock.py
STOPSIGNAL SIGTERM
ENV BROKEN=${isBroken ? "yes" : "no"} VERSION=${version}
`;
  return buildFrom(`blue-green-working:${version}`, dockerfile);
}
