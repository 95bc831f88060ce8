import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { type Color, otherColor } from "../../../lib/color.ts";
import { eventually, pause } from "../../helpers/asking.ts";
import { bluegreen } from "../../helpers/bluegreen.ts";
import { buildCelery } from "../../helpers/celeryImage.ts";
import { killUp, recover, seededRandom } from "../../helpers/interruption.ts";
import { overlaps, startProcessLog } from "../../helpers/processLog.ts";
import { TestStack, docker } from "../../helpers/testStack.ts";

const RELEASES = Number(process.env["RELEASES"] ?? 20);
const SEED = Number(process.env["SEED"] ?? 7);

/** A real Celery with Redis and beat, through releases and rollbacks of which every second one is killed. */
describe(`Celery through ${RELEASES} releases and rollbacks with kills`, () => {
  const redis = `blue-green-celery-${randomBytes(3).toString("hex")}`;
  const producer = `${redis}-producer`;
  const random = seededRandom(SEED);
  let stack: TestStack;
  let url: string;
  let live: Color = "blue";
  let versions = 1;
  let log: ReturnType<typeof startProcessLog> | undefined;
  const counts = { releases: 0, rollbacks: 0, emergencies: 0, kills: 0, undone: 0 };

  const ask = async (...words: string[]) =>
    (await docker("exec", redis, "redis-cli", ...words)).split("\n").filter(Boolean);

  before(async () => {
    const image = await buildCelery("v1");
    const gateway = "{{(index .IPAM.Config 0).Gateway}}";
    const address = (await docker("network", "inspect", "bridge", "-f", gateway)).trim();
    await docker(
      ...["run", "--detach", "--name", redis, "--publish", `${address}::6379`, image],
      ...[
        "redis-server",
        "--bind",
        "0.0.0.0",
        "--protected-mode",
        "no",
        "--save",
        "",
        "--dir",
        "/tmp",
      ],
    );
    url = `redis://${(await docker("port", redis, "6379")).trim()}/0`;
    stack = await TestStack.create({
      activeColor: live,
      health: { timeoutSeconds: 60, intervalSeconds: 1 },
      blue: { image, count: 1 },
      green: { image, count: 1 },
      app: { env: { REDIS_URL: url }, stopSeconds: 5 },
      processes: {
        worker: {
          command: "celery -A tasks worker --pool solo --loglevel warning",
          ...{ count: 2, stopSeconds: 30, memoryMb: 256 },
        },
        beat: {
          command: "celery -A tasks beat --schedule /tmp/beat --pidfile= --loglevel warning",
          ...{ kind: "single", stopSeconds: 5, memoryMb: 128 },
        },
      },
    });
  });
  after(async () => {
    await log?.stop();
    await docker("rm", "--force", producer, redis);
    await stack.remove();
  });

  async function release(to: Color, isKilled: boolean): Promise<Color> {
    await stack.set({ activeColor: to });
    if (!isKilled) {
      await stack.mustUp();
      return to;
    }
    const from = otherColor(to);
    const steps = [
      "gate",
      `${to}-1-worker-2`,
      "edge-route",
      `${from}-1-worker-1`,
      `${from}-1-beat`,
      `${to}-1-beat`,
    ];
    const resource = steps[Math.floor(random() * steps.length)] ?? "gate";
    if (await killUp(stack, { resource, delayMs: random() * 2500 })) counts.kills += 1;
    // Somebody changes their mind, or goes on.
    const goesOn = random() < 0.5;
    if (!goesOn) counts.undone += 1;
    await stack.set({ activeColor: goesOn ? to : from });
    await recover(stack);
    return goesOn ? to : from;
  }

  it("does each numbered job once, in one color, and never runs beat twice", async () => {
    log = startProcessLog(stack);
    await stack.mustUp();
    await docker(
      ...[
        "run",
        "--detach",
        "--name",
        producer,
        "--env",
        `REDIS_URL=${url}`,
        "blue-green-celery:v1",
      ],
      ...["python3", "produce.py"],
    );
    for (let at = 0; at < RELEASES; at++) {
      const to = otherColor(live);
      const killed = counts.kills;
      if (at % 5 === 4) {
        const { code, output } = await bluegreen(stack, "rollback", "--now", "--yes");
        if (code !== 0) throw new Error(output);
        counts.emergencies += 1;
        live = to;
        const history = await bluegreen(stack, "history", "--limit", "1");
        expect(history.output).to.match(new RegExp(`beat 1, worker \\d+ in ${live}`));
        await stack.set({ activeColor: live });
      } else if (at % 2 === 0) {
        versions += 1;
        await stack.set({ [to]: { image: await buildCelery(`v${1 + (versions % 3)}`), count: 1 } });
        await stack.mustUp();
        live = await release(to, at % 4 === 0);
        counts.releases += 1;
      } else {
        live = await release(to, at % 4 === 1);
        counts.rollbacks += 1;
      }
      // An up that stopped a process which ran against the config notes that in the next one.
      if (counts.kills > killed) await stack.mustUp();
      console.log(`      round ${at + 1}: ${live} is live, ${JSON.stringify(counts)}`);
      expect(await stack.previewSteps(), `after round ${at}`).to.deep.equal([]);
      await pause(2000);
    }
    await docker("stop", "--time", "20", producer);
    const sent = Number((await docker("logs", producer)).trim().split("\n").at(-1));
    const done = await eventually(
      "all jobs are done",
      async () => [
        ...(await ask("lrange", "done:blue", "0", "-1")),
        ...(await ask("lrange", "done:green", "0", "-1")),
      ],
      (numbers) => numbers.length >= sent,
      60,
    );
    const ticks = Number((await ask("get", "ticks"))[0]);
    const runs = await log.stop();
    const beats = runs.filter(({ process }) => process === "beat");
    const workers = runs.filter(({ process }) => process === "worker");
    const both = overlaps(workers, (a, b) => a.color !== b.color);
    console.log(
      `      ${JSON.stringify(counts)}\n      ${sent} jobs, ${done.length} done, ${new Set(done).size} different; ` +
        `${ticks} ticks; ${beats.length} runs of beat, ${overlaps(beats).length} at the same time; ` +
        `${workers.length} runs of workers, ${both.length} pairs of both colors, the longest ` +
        `${Math.round(Math.max(0, ...both) / 1000)} s`,
    );
    expect(done.map(Number).sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: sent }, (_, n) => n + 1),
    );
    expect(overlaps(beats)).to.deep.equal([]);
    expect(ticks).to.be.greaterThan(0);
    const running = await docker(
      "ps",
      "--format",
      "{{.Names}}",
      "--filter",
      `label=blue-green.stack=blue-green/${stack.name}`,
      "--filter",
      "label=blue-green.kind=worker",
    );
    expect(
      running
        .split("\n")
        .filter(Boolean)
        .every((name) => name.includes(`-${live}-1-`)),
    ).to.equal(true);
  });
});
