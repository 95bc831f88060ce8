import { expect } from "chai";
import { createServer, type Server } from "node:net";
import { type StackConfig, TestStack } from "../helpers/testStack.ts";

const GOOD = {
  activeColor: "blue",
  blue: { image: "app:v1", count: 2 },
  green: undefined,
  canary: undefined,
  smoke: undefined,
  activColor: undefined,
};

/** One mistake each, with the line that reports it. */
const MISTAKES: Readonly<Record<string, readonly [StackConfig, string]>> = {
  "an unknown color": [
    { activeColor: "purple" },
    'activeColor: must be blue or green, got "purple". Set it: pulumi config set activeColor blue',
  ],
  "a color without an image": [
    { green: { count: 1 } },
    "green.image: must be an image: name:tag, name@sha256:… or sha256:…, but is not set. " +
      "Set it: pulumi config set --path green.image registry.example.com/app:1.4.2",
  ],
  "an active color that is not configured": [
    { activeColor: "green" },
    "green.image: must be set, because activeColor is green and a color without hosts can't take " +
      "traffic. Set it: pulumi config set --path green.image registry.example.com/app:1.4.2",
  ],
  "no hosts": [
    { blue: { image: "app:v1", count: 0 } },
    "blue.count: must be at least 1, because activeColor is blue and a color without hosts can't take traffic, got 0. " +
      "Set it: pulumi config set --path blue.count 2",
  ],
  "half a host": [
    { blue: { image: "app:v1", count: 1.5 } },
    "blue.count: must be a whole number from 0 to 200, got 1.5. " +
      "Set it: pulumi config set --path blue.count 2",
  ],
  "10,000 hosts": [
    { blue: { image: "app:v1", count: 10_000 } },
    "blue.count: must be a whole number from 0 to 200, got 10000. " +
      "Set it: pulumi config set --path blue.count 2",
  ],
};

describe("a stack file with a mistake", () => {
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create(GOOD);
  });
  afterEach(async () => {
    expect(await stack.leftovers()).to.deep.equal([]);
  });
  after(() => stack.remove());

  /** The lines of the only error that a preview of this config reports. */
  async function errorOf(config: StackConfig): Promise<string[]> {
    await stack.set({ ...GOOD, ...config });
    const { ok, output } = await stack.preview();
    expect(ok, output).to.equal(false);
    expect(output, "a stack trace").not.to.match(/^\s+at .*:\d+:\d+\)?$/m);
    const errors = output.split(/^\s*error: /m).slice(1);
    // The CLI reports the number of errors, the program reports the errors.
    const told = errors.filter((error) => !/^(preview failed|update failed)/.test(error));
    expect(told, output).to.have.length(1);
    const [message = ""] = (told[0] ?? "").split("\n\n");
    return message.split("\n").map((line) => line.trim());
  }

  for (const [what, [config, line]] of Object.entries(MISTAKES)) {
    it(`is refused for ${what}`, async () => {
      expect(await errorOf(config)).to.deep.equal([
        `A setting of the stack "${stack.name}" is invalid, so nothing was changed:`,
        line,
      ]);
    });
  }

  it("reports several mistakes in one message", async () => {
    const lines = await errorOf({
      activColor: "green",
      blue: { image: "app:v1", counts: 3 },
      green: { image: "app:v2" },
      canary: { weight: 101 },
      smoke: [{ path: "health" }],
    });
    expect(lines[0]).to.equal(
      `4 settings of the stack "${stack.name}" are invalid, so nothing was changed:`,
    );
    expect(lines.slice(1)).to.have.members([
      "activColor: is not a setting; did you mean activeColor? Remove it: pulumi config rm activColor",
      "blue.counts: is not a setting; did you mean blue.count? " +
        "Remove it: pulumi config rm --path blue.counts",
      "canary.weight: must be a percentage from 0 to 100 with at most one decimal, got 101. " +
        "Set it: pulumi config set --path canary.weight 5",
      "smoke[0].path: must be a URL path that begins with a slash, without spaces or quotes, " +
        "got \"health\". Set it: pulumi config set --path 'smoke[0].path' /health",
    ]);
  });

  it("is refused when its ports are already in use", async () => {
    const servers = [await listen(stack.port, "0.0.0.0"), await listen(stack.previewPort)];
    try {
      const lines = await errorOf({});
      expect(lines).to.have.length(2);
      expect(lines[0]).to.contain(
        `edge.port: port ${stack.port} is in use on this machine by another program or stack.`,
      );
      expect(lines[1]).to.contain(`edge.previewPort: port ${stack.previewPort} is in use`);
      expect(lines[1]).to.contain("pulumi config set --path edge.previewPort ");
    } finally {
      for (const server of servers) server.close();
    }
  });
});

function listen(port: number, host = "127.0.0.1"): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}
