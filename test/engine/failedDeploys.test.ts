import { expect } from "chai";
import { execa } from "execa";
import type { Load } from "../../load/index.ts";
import { buildApp, buildFrom } from "../helpers/images.ts";
import { buildStatic } from "../helpers/staticImage.ts";
import { TestStack } from "../helpers/testStack.ts";
import { expectUnharmed, steadyLoad } from "../helpers/traffic.ts";

const HEALTH = { timeoutSeconds: 10, intervalSeconds: 1, minUptimeSeconds: 0 };
/** No DNS has this name (RFC 2606), so the pull fails immediately. */
const MISSING = "registry.invalid/blue-green-app:v9";

describe("a deploy that fails", () => {
  let stack: TestStack;
  let load: Load;
  let v2 = "";

  before(async () => {
    v2 = await buildApp("v2");
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 2 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
      health: HEALTH,
      drainSeconds: 4,
    });
    await stack.mustUp();
    load = steadyLoad(stack.url);
  });
  after(async () => {
    await load.stop();
    await stack.remove();
  });

  /**
   * Runs an `up` that must fail without affecting users or the route, and returns the CLI's output.
   */
  async function failedUp(): Promise<string> {
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok, output).to.equal(false);
    expect(await stack.route()).to.equal("blue:0:off");
    expectUnharmed(load.report(), "blue");
    return output;
  }

  it("reports the answer of the container's health check, with its log", async () => {
    await stack.set({ green: { image: v2, count: 1, env: { FAIL_HEALTH: "1" } } });
    const output = await failedUp();
    expect(output).to.contain(
      `green: the container ${stack.container("green", 1)} on host green-1 is not healthy after ` +
        `10 seconds; its HEALTHCHECK said:`,
    );
    expect(output).to.contain(`(image ${v2})`);
    await expectLogIn(output, stack.container("green", 1));
  });

  it("reports a container that exits on start, with its exit code and log", async () => {
    await stack.set({ green: { image: v2, count: 1, env: { FAIL_START: "1" } } });
    const output = await failedUp();
    expect(output).to.contain(
      `green: the container ${stack.container("green", 1)} on host green-1 exited with code 1 ` +
        `instead of running (image ${v2}).`,
    );
    expect(output).to.contain("FAIL_START is set: the app exits immediately");
  });

  it("reports a version without traffic that answers on 127.0.0.1 alone, and on another port", async () => {
    const bind = (to: string) => ({ GUNICORN_CMD_ARGS: `--bind ${to}` });
    const quiet = await buildFrom("blue-green-app:quiet", `FROM ${v2}\nHEALTHCHECK NONE\n`);
    await stack.set({ green: { image: quiet, count: 1, env: bind("127.0.0.1:8000") } });
    const output = await failedUp();
    expect(output).to.contain("green did not pass its gate, so it can't take traffic.");
    expect(output).to.contain(
      "it listens on port 8000 of 127.0.0.1 alone; it must listen on 0.0.0.0.",
    );
    expect(await failedUp()).to.contain("green did not pass its gate");
    await stack.set({ green: { image: quiet, count: 1, env: bind("0.0.0.0:8001") } });
    expect(await failedUp()).to.contain("it listens on port 8001 and not on 8000: set app.port");
  });

  it("reports a version that exits again and again, and answers in between", async () => {
    const loop = await buildFrom(
      "blue-green-app:loop",
      `FROM ${v2}\nHEALTHCHECK NONE\nCMD ["timeout", "12", "gunicorn", "app:app"]\n`,
    );
    const health = { ...HEALTH, timeoutSeconds: 20, minUptimeSeconds: 20 };
    await stack.set({ green: { image: loop, count: 1 }, health });
    const output = await failedUp();
    expect(output).to.match(
      /keeps exiting.* Docker has restarted it since it was made|its container does not run/,
    );
    await stack.set({ health: HEALTH });
  });

  it("names the setting of an image that does not exist, and does not switch to it", async () => {
    await stack.set({ activeColor: "green", green: { image: MISSING, count: 1 } });
    const output = await failedUp();
    expect(output).to.contain(`green.image: the image ${MISSING} could not be pulled:`);
    expect(output).to.contain("Check the name, push the image, or log in to its registry");
  });

  it("names color, host, check, expected and actual result when a gate fails", async () => {
    await stack.set({
      green: { image: v2, count: 1, env: { FAIL_BODY: "1" } },
      smoke: [
        { path: "/", contains: "v2" },
        { path: "/health", json: { "$.status": "ok", version: "v2" } },
      ],
    });
    const output = await failedUp();
    expect(output).to.contain("green did not pass its gate, so the route is unchanged.");
    expect(output).to.match(
      /color green, host green-1: check GET \/: expected a body containing "v2", got: \{"error":"FAIL_BODY is set"\}/,
    );
    expect(output).to.contain(`The last 20 lines of the log of ${stack.container("green", 1)}:`);
    await expectLogIn(output, stack.container("green", 1));
  });

  it("succeeds and switches once its config is fixed", async () => {
    await stack.set({ green: { image: v2, count: 1 } });
    await stack.mustUp();
    expect(await stack.route()).to.equal("green:0:off");
    expect(await (await fetch(stack.url)).json()).to.include({ color: "green", version: "v2" });
    expectUnharmed(await load.stop(), "blue", "green");
  });

  it("does not happen for an image without shell, curl and HEALTHCHECK", async () => {
    await stack.set({
      activeColor: "blue",
      blue: { image: await buildStatic(), count: 1 },
      smoke: [{ path: "/health", contains: "well" }],
    });
    await stack.mustUp();
    expect(await stack.route()).to.equal("blue:0:off");
    expect(await (await fetch(stack.url)).text()).to.equal("static\n");
  });

  it("leaves nothing behind that destroy does not remove", async () => {
    await stack.set({ green: { image: v2, count: 2, env: { FAIL_START: "1" } } });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok, output).to.equal(false);
    expect(await stack.leftovers()).to.include(`container ${stack.container("green", 2)}`);
    const destroyed = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    expect(await stack.leftovers(), destroyed.output).to.deep.equal([]);
    expect(destroyed.ok, destroyed.output).to.equal(true);
  });
});

/** Expects the last 20 lines of a container's log in the output, in order and contiguous. */
async function expectLogIn(output: string, container: string): Promise<void> {
  const { all } = await execa("docker", ["logs", "--tail", "20", container], { all: true });
  const [first = "", ...rest] = all.split("\n").map((line) => line.trim());
  const said = output.split("\n").map((line) => line.trim());
  const at = said.indexOf(first);
  expect(at, `"${first}" in ${output}`).not.to.equal(-1);
  const shown = said.slice(at + 1, at + 1 + rest.length);
  expect(shown).to.deep.equal(rest);
}
