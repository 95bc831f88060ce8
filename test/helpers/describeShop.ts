import { expect } from "chai";
import type { LoadTls } from "../../load/client.ts";
import type { LoadReport } from "../../load/index.ts";
import { eventually, stopUsers } from "./asking.ts";
import { configured } from "./bluegreen.ts";
import { buildExample, type Change } from "./exampleImages.ts";
import { overlaps, type ProcessLog } from "./processLog.ts";
import { mustRun, repeatedly, underLoad } from "./releasedExample.ts";
import type { TestStack } from "./testStack.ts";
import { Visitor } from "./visitor.ts";

export const SHOP_HOST = "shop.example.com";

/** What a proxy that ends HTTPS adds; nothing else is answered. */
export const BEHIND_TLS = {
  host: SHOP_HOST,
  "x-forwarded-proto": "https",
  referer: `https://${SHOP_HOST}/`,
};

/** For `app`: one host name, HTTPS alone, and no debugging. */
export const SHOP_APP = {
  healthHost: SHOP_HOST,
  healthHeaders: { "X-Forwarded-Proto": "https" },
  env: { ALLOWED_HOSTS: SHOP_HOST, HTTPS: "1" },
};

/** The shop on a target, with its first version up. */
export interface RunningShop {
  readonly stack: TestStack;
  readonly url: string;
  readonly tls?: LoadTls;
  readonly headers: Readonly<Record<string, string>>;
  /** @returns the name under which the target's hosts pull an image of this machine */
  push(tag: string): Promise<string>;
  /** What users are promised of each release and rollback. */
  expectServed(report: LoadReport): void;
  /** Of its worker and of beat, where they can be watched. */
  readonly log?: ProcessLog;
  close(): Promise<void>;
}

/** Adds a column, which the old version does not know. */
const NEXT_VERSION: Change = {
  "catalog/models.py": (text) =>
    text.replace(
      "    name = models.CharField(max_length=100)\n",
      "$&    note = models.CharField(max_length=100, default='', db_default='')\n",
    ),
  "catalog/migrations/0002_product_note.py": () => ADDS_NOTE,
  "catalog/templates/catalog/index.html": (text) =>
    text.replace("{{ product.name }}</button>", "{{ product.name }} {{ product.note }}</button>"),
};

const ADDS_NOTE = `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.AddField("product", "note", models.CharField(max_length=100, default="", db_default="")),
    ]
`;

/** The Django example goes live and is released with a migration, while customers buy. */
export function describeShop(title: string, open: () => Promise<RunningShop>): void {
  describe(title, () => {
    let shop: RunningShop;
    let stack: TestStack;

    before(async () => {
      shop = await open();
      stack = shop.stack;
    });
    after(async () => {
      await stopUsers();
      await shop?.log?.stop();
      await shop?.close();
    });

    const newVisitor = (headers = shop.headers) => new Visitor(shop.url, headers, shop.tls);

    /** Python in a container of the live color, which prints JSON. */
    async function inShop<T>(code: string): Promise<T> {
      const imports = "import json; from catalog.models import *; ";
      const python = ["python", "manage.py", "shell", "--no-imports", "--command", imports + code];
      const lines = (await mustRun(stack, "exec", "--", ...python)).trim().split("\n");
      return JSON.parse(lines.at(-1) ?? "") as T;
    }

    async function served(what: string, ...args: readonly string[]): Promise<string> {
      let output = "";
      const report = await underLoad(
        shop.url,
        what,
        async () => (output = await mustRun(stack, ...args)),
        { headers: shop.headers, ...(shop.tls && { tls: shop.tls }) },
      );
      shop.expectServed(report);
      return output;
    }

    it("serves its pages once it is migrated", async () => {
      const migrate = ["run", "--", "python", "manage.py", "migrate", "--noinput"];
      expect(await mustRun(stack, ...migrate)).to.include("Applying catalog.0001_initial... OK");
      const code =
        'Product.objects.create(name="Tea"); from django.contrib.auth.models import User; ' +
        'User.objects.create_superuser("ann", password="password of ann"); print(json.dumps(1))';
      await inShop<number>(code);
      expect((await newVisitor().get("/")).text).to.include("Tea");
      const stranger = newVisitor({ ...shop.headers, host: "other.example.com" });
      expect((await stranger.get("/")).status, "of another host").to.equal(400);
      // It asks by the name, which only a real DNS knows.
      if (!shop.tls) expect(await mustRun(stack, "doctor")).to.match(/^ok +users/m);
    });

    it("is released with a migration, and rolled back, under load", async () => {
      const [customer, admin, buyer] = [newVisitor(), newVisitor(), newVisitor()];
      await customer.get("/");
      expect(await customer.post("/add", { product: "Tea" })).to.equal(302);
      expect((await admin.get("/admin/login/")).text).to.include("Django administration");
      const login = { username: "ann", password: "password of ann" };
      expect(await admin.post("/admin/login/?next=/admin/", login)).to.equal(302);

      async function expectAllKept(color: string): Promise<void> {
        expect(await configured(stack, "activeColor")).to.equal(color);
        const page = (await customer.get("/")).text;
        expect(/Basket: (\d+)/.exec(page)?.[1]).to.equal("1");
        expect((await admin.get("/admin/")).text).to.include("Site administration");
        const sheet = /href="(\/static\/catalog\/shop\.[0-9a-f]+\.css)"/.exec(page)?.[1] ?? "";
        const { status, headers: said } = await newVisitor().get(sheet);
        expect(status, sheet).to.equal(200);
        expect(said["cache-control"]).to.include("immutable");
      }

      await expectAllKept("blue");
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
      const v2 = await shop.push(await buildExample("django-shop", "v2", NEXT_VERSION));
      const said = await served("release", "release", "--image", v2, "--yes");
      expect(said).to.include("Applying catalog.0002_product_note... OK");
      await expectAllKept("green");
      await served("rollback", "rollback", "--yes");
      await expectAllKept("blue");
      // Green has a worker that rests.
      await served("second release", "release", "--image", v2, "--yes");
      await expectAllKept("green");

      const bought = await buying.stop();
      const sent = await eventually(
        "each order has its receipt",
        () => inShop<number[]>("print(json.dumps([o.receipts_sent for o in Order.objects.all()]))"),
        (receipts) => receipts.every((count) => count > 0),
        60,
      );
      expect(sent).to.deep.equal(Array.from({ length: bought }, () => 1));
      const reports = await inShop<number>("print(json.dumps(Report.objects.count()))");
      expect(reports).to.be.greaterThan(0);
      console.log(`      ${bought} orders, each with one receipt; ${reports} reports`);
      if (shop.log) expectOneBeat(await shop.log.stop());
    });
  });
}

function expectOneBeat(runs: Awaited<ReturnType<ProcessLog["stop"]>>): void {
  const beats = runs.filter(({ process }) => process === "beat");
  expect(beats.map(({ color }) => color)).to.deep.equal(["blue", "green", "blue", "green"]);
  expect(overlaps(beats)).to.deep.equal([]);
  console.log(`      beat ran ${beats.length} times, never twice at a time`);
}
