import { expect } from "chai";
import { DestroyedStack } from "../helpers/destroyedStack.ts";
import { killUp, recover } from "../helpers/interruption.ts";
import { docker, type TestStack } from "../helpers/testStack.ts";

describe("pulumi destroy", () => {
  let destroyed: DestroyedStack;
  let stack: TestStack;

  beforeEach(async () => {
    destroyed = await DestroyedStack.create();
    ({ stack } = destroyed);
  });
  afterEach(() => destroyed.close());

  it("leaves no container, network, volume, image, file or process", async () => {
    await stack.mustUp();
    await stack.set({ activeColor: "green", canary: { weight: 5 } });
    await stack.mustUp();
    const containers = (await stack.leftovers()).filter((line) => line.startsWith("container "));
    expect(containers).to.have.length(3);
    const mounts = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}';
    const used = await docker(
      ...["container", "inspect", "--format", mounts],
      ...containers.map((line) => line.replace("container ", "")),
    );
    await destroyed.expectNothingLeft(used.split("\n").filter((line) => line !== ""));
  });

  it("leaves nothing after an up that failed half-way", async () => {
    await stack.set({ green: { image: "blue-green-app:does-not-exist", count: 1 } });
    const { ok } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    await destroyed.expectNothingLeft();
  });

  it("leaves nothing after a first up was killed at its very start and then completed", async () => {
    // The engine does not know the network yet, so only another up can find it.
    expect(await killUp(stack, { resource: "network", delayMs: 100 })).to.equal(true);
    await recover(stack);
    await destroyed.expectNothingLeft();
  });
});
