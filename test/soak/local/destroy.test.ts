import { expect } from "chai";
import { randomInt } from "node:crypto";
import { DestroyedStack } from "../../helpers/destroyedStack.ts";
import { killUp } from "../../helpers/interruption.ts";
import { docker, type TestStack } from "../../helpers/testStack.ts";

describe("pulumi destroy, further ways", () => {
  let destroyed: DestroyedStack;
  let stack: TestStack;

  beforeEach(async () => {
    destroyed = await DestroyedStack.create();
    ({ stack } = destroyed);
  });
  afterEach(() => destroyed.close());

  it("leaves nothing after a first up that failed at its gate", async () => {
    await stack.set({
      smoke: [{ path: "/nowhere" }],
      health: { timeoutSeconds: 4, intervalSeconds: 1 },
    });
    const { ok } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    await destroyed.expectNothingLeft();
  });

  // Hits a different moment in each run: a host takes about three seconds to become healthy.
  const delayMs = randomInt(100, 2500);
  it(`leaves nothing after a first up was killed ${delayMs} ms after blue-1`, async () => {
    expect(await killUp(stack, { resource: "blue-1", delayMs })).to.equal(true);
    await stack.pulumi(["cancel", "--yes", "--stack", stack.name]);
    await destroyed.expectNothingLeft();
  });

  it("works after containers, network and volume were removed by hand", async () => {
    await stack.mustUp();
    const left = (await stack.leftovers()).map((line) => line.split(" "));
    for (const [kind = "", name = ""] of left) {
      await docker(...(kind === "container" ? ["rm", "--force", name] : [kind, "rm", name]));
    }
    expect(await stack.leftovers()).to.deep.equal([]);
    await destroyed.expectNothingLeft();
  });
});
