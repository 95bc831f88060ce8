import { expect } from "chai";
import { execa } from "execa";
import { askApp, eventually, routeEverywhere, sameEverywhere } from "./asking.ts";
import { buildApp } from "./images.ts";
import { TestStack } from "./testStack.ts";

const DRIFT = "The balancer's route was changed outside this program, so nothing was touched.";

/** A stack on this machine with one host of each color, whose balancer a test changes by hand. */
export async function openDriftingStack(): Promise<TestStack> {
  const stack = await TestStack.create({
    activeColor: "blue",
    blue: { image: await buildApp("v1"), count: 1 },
    green: { image: await buildApp("v2"), count: 1 },
    app: { env: { ENABLE_FAILURE_SWITCH: "1", SHUTDOWN_DELAY_SECONDS: "0" } },
  });
  await stack.mustUp();
  return stack;
}

/** The preview or up stops before it touches anything and says what to type. */
export async function expectDrift(
  stack: TestStack,
  real: string,
): Promise<{ keep?: string; putBack: string }> {
  const before = [await everyContainer(stack), await routeEverywhere(stack)];
  const preview = await stack.preview();
  const { ok, output } = await stack.up("--skip-preview");
  expect([preview.ok, ok]).to.deep.equal([false, false]);
  expect(preview.output).to.contain(DRIFT);
  expect(output).to.contain(DRIFT);
  expect(output).not.to.match(/ at .*\.[jt]s:\d+/);
  expect([await everyContainer(stack), await routeEverywhere(stack)]).to.deep.equal(before);
  expect(await stack.route()).to.equal(real);
  const keep = /Keep the current route: +(.*\S)/.exec(output)?.[1];
  const putBack = /Restore the last route: +(.*\S)/.exec(output)?.[1];
  return { putBack: putBack ?? "", ...(keep !== undefined && { keep }) };
}

async function everyContainer(stack: TestStack): Promise<unknown> {
  const colors = ["blue", "green", "edge"] as const;
  return Promise.all(colors.map((color) => stack.containers(color)));
}

/** As a user who copies the line from the message. */
export async function type(stack: TestStack, command: string): Promise<void> {
  await execa("sh", ["-c", command], { cwd: stack.folder, env: stack.environment });
}

export async function expectSettled(stack: TestStack, route: string): Promise<void> {
  await stack.mustUp();
  expect(await routeEverywhere(stack)).to.deep.equal(sameEverywhere(route));
  expect(await stack.previewSteps()).to.deep.equal([]);
}

export async function comesBack(stack: TestStack, color: string): Promise<void> {
  const isColor = (answer: { color: string } | undefined) => answer?.color === color;
  await eventually(color, () => askApp(stack.url).catch(() => undefined), isColor);
}
