import { expect } from "chai";
import { execa } from "execa";
import { eventually, stopUsers } from "../../helpers/asking.ts";
import { BEHIND_TLS, describeShop, SHOP_APP } from "../../helpers/describeShop.ts";
import { buildExample } from "../../helpers/exampleImages.ts";
import { createExampleStack } from "../../helpers/exampleStack.ts";
import { type LiveClient, overEvents, overWebSocket } from "../../helpers/liveClients.ts";
import { startProcessLog } from "../../helpers/processLog.ts";
import { mustRun, repeatedly, underLoad } from "../../helpers/releasedExample.ts";
import { type TestStack, docker } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";
import { Visitor } from "../../helpers/visitor.ts";

/** Runs `bluegreen … --yes` while users ask, none of whose requests may fail. */
async function served(stack: TestStack, what: string, ...args: readonly string[]): Promise<void> {
  const work = () => mustRun(stack, ...args, "--yes");
  expectUnharmed(await underLoad(stack.url, what, work), "blue", "green");
}

describeShop("the Django example on this machine", async () => {
  const stack = await createExampleStack("django-shop", SHOP_APP);
  const log = startProcessLog(stack);
  await stack.mustUp();
  return {
    ...{ stack, url: stack.url, headers: BEHIND_TLS },
    push: (tag) => Promise.resolve(tag),
    expectServed: (report) => expectUnharmed(report, "blue", "green"),
    log,
    close: () => stack.remove(),
  };
});

describe("the Flask example", () => {
  let stack: TestStack;

  before(async () => {
    stack = await createExampleStack("flask-sessions");
    await stack.mustUp();
  });
  after(async () => {
    await stopUsers();
    await stack.remove();
  });

  it("keeps its sessions through a release and a rollback under load", async () => {
    const writer = new Visitor(stack.url);
    const keeping = repeatedly(200, async () => {
      expect(await writer.post("/", { note: "again" })).to.equal(303);
    });
    const change = { "app.py": (text: string) => text.replace("<h1>", "<h1>You have ") };
    const v2 = await buildExample("flask-sessions", "v2", change);
    await served(stack, "release", "release", "--image", v2);
    expect((await writer.get("/")).text).to.include("You have ");
    await served(stack, "rollback", "rollback");
    const kept = await keeping.stop();
    expect((await writer.get("/")).text).to.include(`<h1>${kept} notes</h1>`);
    console.log(`      ${kept} notes posted and kept`);
  });
});

describe("the FastAPI example", () => {
  let stack: TestStack;
  let clients: readonly LiveClient[] = [];
  const redis = () => `blue-green-${stack.name}-service-redis`;

  before(async () => {
    stack = await createExampleStack("fastapi-live");
    await stack.mustUp();
  });
  after(async () => {
    for (const client of clients) client.close();
    await stopUsers();
    await stack.remove();
  });

  const ends = () => clients.reduce((sum, client) => sum + client.ends, 0);

  it("gives each client each message once, through releases and rollbacks under load", async () => {
    const versions = ["v2", "v3", "v4"].map((version) =>
      buildExample("fastapi-live", version, {
        "page.html": (text) => text.replace("Board", `Board ${version}`),
      }),
    );
    const [v2 = "", v3 = "", v4 = ""] = await Promise.all(versions);
    const kinds = [overWebSocket, overEvents];
    clients = kinds.flatMap((open) => Array.from({ length: 5 }, () => open(stack.url)));
    const areOpen = () => Promise.resolve(clients.every(({ isOpen }) => isOpen));
    await eventually("all are connected", areOpen, Boolean);
    const script =
      "n=0; while [ ! -e /tmp/over ]; do n=$((n + 1)); " +
      "redis-cli xadd messages '*' text $n >/dev/null; sleep 0.2; done; echo $n";
    const publishing = execa("docker", ["exec", redis(), "sh", "-c", script]);

    // How many clients have to connect again: the first deploy of green changes the balancer's list of hosts, and
    // v4 replaces the containers of blue, where all have been since.
    const all = clients.length;
    const steps: readonly (readonly [string, readonly string[], number])[] = [
      ["release v2", ["release", "--image", v2], all],
      ["rollback", ["rollback"], 0],
      ["release v3", ["release", "--image", v3], 0],
      ["release v4", ["release", "--image", v4], all],
    ];
    for (const [what, args, expected] of steps) {
      const before = ends();
      await served(stack, what, ...args);
      console.log(`      ${what}: ${ends() - before} of ${all} clients connected again`);
      expect(ends() - before, what).to.equal(expected);
    }

    await docker("exec", redis(), "touch", "/tmp/over");
    const sent = Number((await publishing).stdout);
    expect(sent).to.be.greaterThan(100);
    const published = Array.from({ length: sent }, (_, n) => String(n + 1));
    for (const client of clients) {
      const texts = await eventually(
        "all messages came",
        () => Promise.resolve(client.texts),
        (texts) => texts.length >= sent,
      );
      expect(texts).to.deep.equal(published);
    }
    console.log(`      ${sent} messages, each once to ${clients.length} clients`);
  });
});
