import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { damagedState } from "../../../../release/engine/damagedState.ts";

/** What the CLI 3.259.0 prints for a state that ends in the middle. */
const SAID = "error: failed to load checkpoint: place 1: unexpected end of JSON input";

describe("a damaged state", () => {
  let folder: string;
  const place = () => ({ backendUrl: `file://${folder}`, project: "shop", stack: "prod" });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-test-"));
    await mkdir(join(folder, ".pulumi/stacks/shop"), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is named, with the command that restores its backup", async () => {
    const file = join(folder, ".pulumi/stacks/shop/prod.json");
    await writeFile(`${file}.bak`, "{}");
    const { message } = (await damagedState(SAID, place()))!;
    expect(message)
      .to.include("The state of prod is damaged")
      .and.include(`cp ${file}.bak ${file}`);
  });

  it("offers no backup that is damaged too", async () => {
    await writeFile(join(folder, ".pulumi/stacks/shop/prod.json.bak"), '{"version":');
    expect((await damagedState(SAID, place()))?.message).to.include("no whole backup");
  });

  it("is not seen in any other error", async () => {
    expect(await damagedState("error: no stack named prod", place())).to.equal(undefined);
  });
});
