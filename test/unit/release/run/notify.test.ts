import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import type { Notification } from "../../../../settings/release.ts";
import { planRelease } from "../../../../release/plan/plan.ts";
import { Hooks } from "../../../../release/run/hooks.ts";
import { Notifier } from "../../../../release/run/notify.ts";
import type { ReleaseEvent } from "../../../../release/run/events.ts";
import type { Journal } from "../../../../release/store/journal.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const JOURNAL: Journal = {
  plan: planRelease(settingsFrom(MINIMAL), { id: "1", stack: "prod", image: "app:v3" }),
  by: "ann on laptop",
  sequence: 1,
  startedAt: 0,
  overrides: {},
  steps: [],
  isUndone: false,
  isPaused: false,
  updates: [],
};

function warnings(events: readonly ReleaseEvent[]): string[] {
  return events.flatMap((event) => (event.event === "warning" ? [event.text] : []));
}

describe("a hook", () => {
  const events: ReleaseEvent[] = [];
  const hooks = (command: string, timeoutSeconds = 20) =>
    new Hooks({ beforeDeploy: { command, timeoutSeconds } }, (event) => events.push(event));
  beforeEach(() => events.splice(0));

  it("gets the release's data in its environment", async () => {
    const command = "echo $BLUEGREEN_HOOK $BLUEGREEN_IMAGE $BLUEGREEN_FROM $BLUEGREEN_TO";
    await hooks(command).run("beforeDeploy", JOURNAL);
    const line = "beforeDeploy app:v3 blue green";
    expect(events).to.deep.include({ event: "output", of: "hook", line });
  });

  it("does nothing if it is not configured", async () => {
    await hooks("exit 1").run("afterSwitch", JOURNAL);
    expect(events).to.deep.equal([]);
  });

  it("ends the release if it fails", async () => {
    const error = await hooks("exit 3")
      .run("beforeDeploy", JOURNAL)
      .catch((caught: Error) => caught);
    expect(error).to.include({ name: "ReleaseFailed", outcome: "failed" });
    expect((error as Error).message).to.equal(
      "release.hooks.beforeDeploy ended with code 3: exit 3",
    );
  });

  it("ends the release if it takes too long, and is killed with its children", async () => {
    const started = Date.now();
    const error = await hooks("sleep 30 | cat", 1)
      .run("beforeDeploy", JOURNAL)
      .catch((caught: Error) => caught);
    expect((error as Error).message).to.include("did not end within 1 s");
    expect(Date.now() - started).to.be.below(4000);
  });

  it("causes only a warning if nothing can be stopped any more", async () => {
    await hooks("exit 3").tryRun("beforeDeploy", JOURNAL);
    expect(warnings(events)).to.deep.equal([
      "release.hooks.beforeDeploy ended with code 3: exit 3",
    ]);
  });
});

describe("a notification", () => {
  const events: ReleaseEvent[] = [];
  const bodies: unknown[] = [];
  const notifier = (...list: readonly Notification[]) =>
    new Notifier(list, (event) => events.push(event));
  let statuses: number[] = [];
  let server: Server;
  let url: string;

  before(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        bodies.push(JSON.parse(body));
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  beforeEach(() => {
    events.splice(0);
    bodies.splice(0);
    statuses = [];
  });
  after(() => server.close());

  it("reaches a webhook as JSON, and Slack as text", async () => {
    const both = notifier({ webhook: url }, { slack: url });
    both.send("released", JOURNAL, "app:v3 is live");
    await both.settle();
    expect(bodies).to.deep.include({ text: "prod: app:v3 is live" });
    expect(bodies).to.deep.include({
      ...{ occasion: "released", text: "prod: app:v3 is live", id: "1", kind: "release" },
      ...{ stack: "prod", image: "app:v3", from: "blue", to: "green", by: "ann on laptop" },
    });
  });

  it("reaches a command on standard input", async () => {
    const folder = await mkdtemp(join(tmpdir(), "blue-green-notify-"));
    const file = join(folder, "delivered");
    const one = notifier({ command: `cat >${file}` });
    one.send("started", JOURNAL, "it begins");
    await one.settle();
    expect(JSON.parse(await readFile(file, "utf8"))).to.include({ text: "prod: it begins" });
    await rm(folder, { recursive: true });
  });

  it("is retried", async () => {
    statuses = [503, 500];
    const one = notifier({ webhook: url });
    one.send("released", JOURNAL, "app:v3 is live");
    await one.settle();
    expect(bodies).to.have.length(3);
    expect(events).to.deep.equal([]);
  });

  it("causes only a warning if it is not delivered, and delays nothing", async () => {
    const one = notifier({ webhook: "http://127.0.0.1:1/" });
    const started = Date.now();
    one.send("released", JOURNAL, "app:v3 is live");
    expect(Date.now() - started).to.be.below(200);
    await one.settle();
    expect(warnings(events)).to.have.length(1);
    expect(warnings(events)[0]).to.match(
      /release\.notify\[0\]: "released" was not delivered: 127.0.0.1:1/,
    );
  });
});
