import { buildApp, buildFrom } from "./images.ts";

/**
 * Each job adds its number to the list of its worker's color. `produce.py` sends numbered jobs until it is
 * stopped, and prints how many it has sent.
 */
const TASKS = `import os, time, redis
from celery import Celery

URL = os.environ["REDIS_URL"]
app = Celery("tasks", broker=URL)
app.conf.update(
    worker_prefetch_multiplier=1, worker_send_task_events=False, broker_connection_retry_on_startup=True,
    beat_schedule={"tick": {"task": "tasks.tick", "schedule": 1.0}}, beat_max_loop_interval=0.5,
)
store = redis.Redis.from_url(URL)

@app.task(name="tasks.job")
def job(number):
    time.sleep(0.05)
    store.rpush("done:" + os.environ["DEPLOYMENT_COLOR"], number)

@app.task(name="tasks.tick")
def tick():
    store.incr("ticks")
`;

const PRODUCE = `import signal, time
from tasks import job

stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
sent = 0
while not stopping:
    sent += 1
    job.delay(sent)
    time.sleep(0.2)
print(sent)
`;

/** Builds the example app with Celery, its jobs and a Redis server, all from Debian. */
export async function buildCelery(version: string): Promise<string> {
  const [tasks, produce] = [TASKS, PRODUCE].map((code) => Buffer.from(code).toString("base64"));
  const dockerfile = `
FROM ${await buildApp("v1")}
USER 0
RUN apt-get update \\
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \\
      celery python3-celery python3-redis redis-server \\
    && rm -rf /var/lib/apt/lists/*
RUN echo ${tasks} | base64 -d >tasks.py && echo ${produce} | base64 -d >produce.py
USER 10001:10001
HEALTHCHECK NONE
ENV APP_VERSION=${version}
`;
  return buildFrom(`blue-green-celery:${version}`, dockerfile);
}
