import { expect } from "chai";
import { MINIMAL, settingsFrom } from "../../helpers/settings.ts";

function released(release: Readonly<Record<string, unknown>>) {
  return settingsFrom({ ...MINIMAL, release }).release;
}

function problem(release: Readonly<Record<string, unknown>>): string {
  try {
    released(release);
  } catch (error) {
    return (error as Error).message.split("\n").slice(1).join("\n").trim();
  }
  throw new Error("the config was accepted");
}

describe("the settings of a release", () => {
  it("accept steps as shares, as testers, and as objects", () => {
    const { steps } = released({ steps: ["testers", "1%", { weight: 25, minRequests: "500" }] });
    expect(steps).to.deep.equal([
      { weight: 0, durationSeconds: 0, minRequests: 0 },
      { weight: 1, durationSeconds: 60, minRequests: 100 },
      { weight: 25, durationSeconds: 60, minRequests: 500 },
    ]);
  });

  it("probe the health path unless they name another", () => {
    expect(released({}).probe).to.deep.equal({ path: "/health", ratePerSecond: 5 });
    expect(released({ probe: { path: "/", ratePerSecond: "0.5" } }).probe).to.deep.equal({
      path: "/",
      ratePerSecond: 0.5,
    });
  });

  const lines: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    [
      "a step that is not a share",
      { steps: ["5%", "many"] },
      'release.steps[1]: must be a share such as "5%", "testers", or an object with weight, got "many". ' +
        "Set it: pulumi config set --path 'release.steps[1]' 5%",
    ],
    [
      "a share above 100 %",
      { steps: ["101%"] },
      "release.steps[0].weight: must be a percentage from 0 to 100 with at most one decimal, got 101. " +
        "Set it: pulumi config set --path 'release.steps[0].weight' 5",
    ],
    [
      "a freeze window that ends before it begins",
      { windows: [{ from: "2026-12-24", to: "2026-12-20" }] },
      'release.windows[0].to: must not be before 2026-12-24, when the window begins, got "2026-12-20". ' +
        "Set it: pulumi config set --path 'release.windows[0].to' 2026-12-24",
    ],
    [
      "a freeze window in two forms",
      { windows: [{ from: "Fri 16:00", to: "2026-12-24" }] },
      "release.windows[0].to: must be a day and time, like the other end of the window, not a date, got " +
        `"2026-12-24". Set it: pulumi config set --path 'release.windows[0].to' 'Mon 08:00'`,
    ],
    [
      "a notification with two channels",
      { notify: [{ webhook: "https://a.example", command: "true" }] },
      "release.notify[0].command: can't be set together with webhook, because a notification has one destination, got " +
        `"true". Remove it: pulumi config rm --path 'release.notify[0].command'`,
    ],
    [
      "Prometheus without its queries",
      { source: "prometheus" },
      "release.prometheus: must be set if release.source is prometheus. " +
        "Set it: pulumi config set --path release.prometheus.url http://127.0.0.1:9090 && " +
        `pulumi config set --path release.prometheus.requests 'sum(http_requests_total{color="{{color}}"})' && ` +
        `pulumi config set --path release.prometheus.errors 'sum(http_requests_total{color="{{color}}",status=~"5.."}) or vector(0)'`,
    ],
    [
      "a query without a color",
      { prometheus: { url: "http://localhost:9090", requests: "sum(a)", errors: "b{{color}}" } },
      'release.prometheus.requests: must be a query that contains {{color}}, got "sum(a)". Set it: ' +
        "pulumi config set --path release.prometheus.requests " +
        `'sum(http_requests_total{color="{{color}}"})'`,
    ],
    [
      "an unknown key, with the one that was meant",
      { watchSecond: 5 },
      "release.watchSecond: is not a setting; did you mean release.watchSeconds? " +
        "Remove it: pulumi config rm --path release.watchSecond",
    ],
  ];
  for (const [what, release, message] of lines) {
    it(`refuse ${what}`, () => {
      expect(problem(release)).to.equal(message);
    });
  }

  it("refuse canary steps for a managed balancer without weights", () => {
    const cloud = {
      target: "digitalocean",
      digitalocean: { region: "fra1" },
      ssh: { secret: "x".repeat(64), allowedCidrs: ["203.0.113.0/24"] },
      release: { steps: ["5%"], source: "edge" },
    };
    expect(() => settingsFrom({ ...MINIMAL, ...cloud }, ["ssh"]))
      .to.throw(/release\.steps: DigitalOcean's balancer has no weights/)
      .with.property("message")
      .that.matches(/release\.source: must not be edge with a managed balancer/);
  });
});
