import { once } from "node:events";
import { expect } from "chai";
import type { LockHolder } from "../../release/engine/stateLock.ts";
import type { LeaseRecord } from "../../release/store/lease.ts";
import { eventually } from "../helpers/asking.ts";
import { bluegreen, startBluegreen } from "../helpers/bluegreen.ts";
import { buildApp } from "../helpers/images.ts";
import { PlainS3 } from "../helpers/plainS3.ts";
import { TestStack } from "../helpers/testStack.ts";

/** Its storage refuses newer checksums too, in Pulumi's client as in ours. */
describe("a release with its state in a bucket, whose runner died", () => {
  let s3: PlainS3;
  let stack: TestStack;

  before(async () => {
    s3 = await PlainS3.start({ refusesChecksums: true });
    stack = await TestStack.create(
      {
        activeColor: "blue",
        blue: { image: await buildApp("v1"), count: 1 },
        app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
        drainSeconds: 1,
        release: { watchSeconds: 0, probe: { path: "/", ratePerSecond: 5 } },
      },
      {
        PULUMI_BACKEND_URL: s3.url,
        PULUMI_CONFIG_PASSPHRASE: "correct-horse-battery",
        AWS_ACCESS_KEY_ID: "key",
        AWS_SECRET_ACCESS_KEY: "secret",
        AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
        AWS_RESPONSE_CHECKSUM_VALIDATION: "when_required",
      },
    );
    await stack.mustUp();
  });
  after(async () => {
    try {
      await stack?.remove();
    } finally {
      s3?.stop();
    }
  });

  const keys = (part: string) => [...s3.objects.keys()].filter((key) => key.includes(part));

  /** As if another machine had written it. */
  function change<T extends object>(part: string, edit: (record: T) => object): void {
    const [key = ""] = keys(part);
    const record = JSON.parse(s3.objects.get(key) ?? "") as T;
    s3.objects.set(key, JSON.stringify({ ...record, ...edit(record) }));
  }

  it("is resumed on another machine, which frees the state's lock", async () => {
    const words = ["release", "--image", await buildApp("v2"), "--yes"];
    const runner = startBluegreen(stack, words, { detached: true });
    let said = "";
    runner.all.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await eventually(
      "the state's lock",
      () => Promise.resolve({ locks: keys(".pulumi/locks/"), said }),
      ({ locks }) => locks.length > 0,
      60,
    );
    process.kill(-(runner.pid ?? 0), "SIGKILL");
    await once(runner, "exit");
    change<LockHolder>(".pulumi/locks/", () => ({ hostname: "runner-1" }));
    change<LeaseRecord>("/lock", ({ owner }) => ({
      owner: { ...owner, host: "runner-1", space: "runner-1" },
    }));

    const shown = await bluegreen(stack, "lock", "show", "--json");
    expect(shown.output)
      .to.include('"host":"runner-1"')
      .and.to.match(/"state":"(held|dead)"/);
    const resumed = await bluegreen(stack, "resume", "--yes");
    expect(resumed.output).to.include("$ pulumi cancel --yes");
    expect(resumed.code, resumed.output).to.equal(0);
    expect(await stack.route()).to.equal("green:0:off");
    expect(keys(".pulumi/locks/")).to.deep.equal([]);
    expect(s3.checksums).to.deep.equal([]);
  });
});
