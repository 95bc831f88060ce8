import { expect } from "chai";
import { execa } from "execa";
import { expectUnharmed } from "../../helpers/traffic.ts";
import { eventually, pause, startUsers, stopUsers } from "../../helpers/asking.ts";
import { bluegreen } from "../../helpers/bluegreen.ts";
import { buildExample, type Change } from "../../helpers/exampleImages.ts";
import { createExampleStack } from "../../helpers/exampleStack.ts";
import { type LiveClient, overEvents, overWebSocket } from "../../helpers/liveClients.ts";
import { overlaps, startProcessLog } from "../../helpers/processLog.ts";
import { type TestStack, docker } from "../../helpers/testStack.ts";
import { Visitor } from "../../helpers/visitor.ts";
import type { LoadOptions, LoadReport } from "../../../load/index.ts";

/** Runs `bluegreen …`, which must succeed. */
async function mustRun(stack: TestStack, ...args: readonly string[]): Promise<string> {
  const { code, output } = await bluegreen(stack, ...args);
  if (code !== 0) throw new Error(`bluegreen ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Runs the work while users ask, none of whose requests may fail. */
async function underLoad(
  stack: TestStack,
  what: string,
  work: () => Promise<unknown>,
  more: Partial<LoadOptions> = {},
): Promise<void> {
  const users = startUsers(stack.url, { slow: 0, ratePerSecond: 60, ...more });
  await pause(2000);
  await work();
  await pause(3000);
  const report = await users.stop();
  console.log(`      ${what}: ${figures(report)}`);
  expectUnharmed(report, "blue", "green");
}

function figures({ total, failedTotal, byColor }: LoadReport): string {
  return `${total} requests, ${failedTotal} failed, ${JSON.stringify(byColor)}`;
}

/** Repeats something until it is stopped, and counts how often it was done. */
function repeatedly(everyMs: number, work: () => Promise<void>) {
  let count = 0;
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await work();
      count += 1;
      await pause(everyMs);
    }
  })();
  return {
    async stop(): Promise<number> {
      isOver = true;
      await running;
      return count;
    },
  };
}

describe("the Django example", () => {
  /** As a proxy that ends HTTPS asks; nothing else is answered. */
  const headers = {
    host: "shop.example.com",
    "x-forwarded-proto": "https",
    referer: "https://shop.example.com/",
  };
  /** Adds a column, which the old version does not know. */
  const nextVersion: Change = {
    "catalog/models.py": (text) =>
      text.replace(
        "    name = models.CharField(max_length=100)\n",
        "$&    note = models.CharField(max_length=100, default='', db_default='')\n",
      ),
    "catalog/migrations/0002_product_note.py": () => ADDS_NOTE,
    "catalog/templates/catalog/index.html": (text) =>
      text.replace("{{ product.name }}</button>", "{{ product.name }} {{ product.note }}</button>"),
  };
  let stack: TestStack;
  let log: ReturnType<typeof startProcessLog> | undefined;

  before(async () => {
    stack = await createExampleStack("django-shop", {
      ...{ healthHost: headers.host, healthHeaders: { "X-Forwarded-Proto": "https" } },
      env: { ALLOWED_HOSTS: headers.host, HTTPS: "1" },
    });
    log = startProcessLog(stack);
    await stack.mustUp();
  });
  after(async () => {
    await stopUsers();
    await log?.stop();
    await stack.remove();
  });

  /** Python in a container of the live color, which prints JSON. */
  async function inShop<T>(code: string): Promise<T> {
    const imports = "import json; from catalog.models import *; ";
    const python = ["python", "manage.py", "shell", "--no-imports", "--command", imports + code];
    const lines = (await mustRun(stack, "exec", "--", ...python)).trim().split("\n");
    return JSON.parse(lines.at(-1) ?? "") as T;
  }

  const baskets = async (customer: Visitor) =>
    Number(/Basket: (\d+)/.exec((await customer.get("/")).text)?.[1]);

  it("serves its pages once it is migrated", async () => {
    expect(await mustRun(stack, "run", "--", "python", "manage.py", "migrate", "--noinput"))
      .to //
      .include("Applying catalog.0001_initial... OK");
    const code =
      'Product.objects.create(name="Tea"); from django.contrib.auth.models import User; ' +
      'User.objects.create_superuser("ann", password="password of ann"); print(json.dumps(1))';
    await inShop<number>(code);
    expect((await new Visitor(stack.url, headers).get("/")).text).to.include("Tea");
    expect((await new Visitor(stack.url).get("/")).status, "of another host").to.equal(400);
    expect(await mustRun(stack, "doctor")).to.match(/^ok +users/m);
  });

  it("is released with a migration, and rolled back, under load", async () => {
    const newVisitor = () => new Visitor(stack.url, headers);
    const [customer, admin, buyer] = [newVisitor(), newVisitor(), newVisitor()];
    await customer.get("/");
    expect(await customer.post("/add", { product: "Tea" })).to.equal(302);
    expect((await admin.get("/admin/login/")).text).to.include("Django administration");
    const login = { username: "ann", password: "password of ann" };
    expect(await admin.post("/admin/login/?next=/admin/", login)).to.equal(302);

    async function expectAllKept(): Promise<void> {
      expect(await baskets(customer)).to.equal(1);
      expect((await admin.get("/admin/")).text).to.include("Site administration");
      const page = (await customer.get("/")).text;
      const sheet = /href="(\/static\/catalog\/shop\.[0-9a-f]+\.css)"/.exec(page)?.[1] ?? "";
      const { status, headers: said } = await newVisitor().get(sheet);
      expect(status, sheet).to.equal(200);
      expect(said["cache-control"]).to.include("immutable");
    }

    await expectAllKept();
    await buyer.get("/");
    const buying = repeatedly(250, async () => {
      expect(await buyer.post("/add", { product: "Tea" })).to.equal(302);
      expect(await buyer.post("/order", {})).to.equal(302);
    });
    // As docs/your-app.md says; there, the command is npx bluegreen.
    const migrate =
      `${process.execPath} bluegreen.js run --stack "$BLUEGREEN_STACK" --color "$BLUEGREEN_TO" ` +
      "-- python manage.py migrate --noinput";
    const path = "release.hooks.beforeSwitch.command";
    await stack.pulumi(["config", "set", "--path", path, migrate, "--stack", stack.name]);
    const v2 = await buildExample("django-shop", "v2", nextVersion);
    await underLoad(
      stack,
      "release",
      async () => {
        const output = await mustRun(stack, "release", "--image", v2, "--yes");
        expect(output).to.include("Applying catalog.0002_product_note... OK");
      },
      { headers },
    );
    expect(await stack.route()).to.equal("green:0:off");
    await expectAllKept();
    await underLoad(stack, "rollback", () => mustRun(stack, "rollback", "--yes"), { headers });
    expect(await stack.route()).to.equal("blue:0:off");
    await expectAllKept();
    // Green has a worker that rests.
    const again = () => mustRun(stack, "release", "--image", v2, "--yes");
    await underLoad(stack, "second release", again, { headers });
    await expectAllKept();

    const bought = await buying.stop();
    const sent = await eventually(
      "each order has its receipt",
      () => inShop<number[]>("print(json.dumps([o.receipts_sent for o in Order.objects.all()]))"),
      (receipts) => receipts.every((count) => count > 0),
      60,
    );
    const reports = await inShop<number>("print(json.dumps(Report.objects.count()))");
    const runs = (await log?.stop()) ?? [];
    const beats = runs.filter(({ process }) => process === "beat");
    console.log(
      `      ${bought} orders, ${sent.length} in the database, ${sent.filter((n) => n === 1).length} ` +
        `with one receipt; ${reports} reports; beat ran ${beats.length} times ` +
        `(${beats.map(({ color }) => color).join(", ")}), ${overlaps(beats).length} at the same time`,
    );
    expect(sent).to.deep.equal(Array.from({ length: bought }, () => 1));
    expect(reports).to.be.greaterThan(0);
    expect(beats.map(({ color }) => color)).to.deep.equal(["blue", "green", "blue", "green"]);
    expect(overlaps(beats)).to.deep.equal([]);
  });
});

const ADDS_NOTE = `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.AddField("product", "note", models.CharField(max_length=100, default="", db_default="")),
    ]
`;

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
    await underLoad(stack, "release", () => mustRun(stack, "release", "--image", v2, "--yes"));
    expect((await writer.get("/")).text).to.include("You have ");
    await underLoad(stack, "rollback", () => mustRun(stack, "rollback", "--yes"));
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
      await underLoad(stack, what, () => mustRun(stack, ...args, "--yes"));
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
