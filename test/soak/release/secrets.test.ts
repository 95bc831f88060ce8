import { expect } from "chai";
import { bluegreen } from "../../helpers/bluegreen.ts";
import { watchCommandLines } from "../../helpers/commandLines.ts";
import { buildApp } from "../../helpers/images.ts";
import { expectSilence, SecretStack } from "../../helpers/secretStack.ts";

describe("secrets in every setting, through a release that fails", () => {
  let secrets: SecretStack;

  before(async () => {
    secrets = await SecretStack.create();
    await secrets.bringUp();
  });
  after(() => secrets.remove());

  it("are not shown or stored", async () => {
    const { stack } = secrets;
    const lines = watchCommandLines();
    const release = await bluegreen(
      stack,
      ...["release", "--image", await buildApp("v2"), "--yes", "--json", "--wait=1"],
    );
    const promoted = await bluegreen(stack, "promote", "--yes");
    const seen = await lines.stop();
    expect(release.code, release.output).to.equal(5);
    expect(promoted.code, promoted.output).to.equal(7);
    expect(promoted.output).to.include("release.hooks.beforeSwitch ended with code 3: [secret]");
    expectSilence(release.output + promoted.output);
    expectSilence(seen, true);
    for (const command of [["history"], ["history", "--json"], ["status"], ["status", "--json"]]) {
      const { output } = await bluegreen(stack, ...command);
      expect(output).to.include("v2");
      expectSilence(output);
    }
    expect(await secrets.expectSilentFiles()).to.contain("beforeSwitch");
  });
});
