import { expect } from "chai";
import { NO_SECRETS } from "../../../lib/secrets.ts";
import { MINIMAL, settingsFrom } from "../../helpers/settings.ts";

/** The lines of the error's message, without the first one and the indentation. */
function problems(config: Readonly<Record<string, unknown>>, secretKeys: string[] = []): string[] {
  try {
    settingsFrom(config, secretKeys);
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error("the config was accepted");
}

const APP = {
  ...{ port: 8000, healthPath: "/health", healthHost: "localhost", healthHeaders: {} },
  ...{ env: {}, user: "", memoryMb: 512, cpus: 1, pids: 256, stopSeconds: 30 },
  ...{ volumes: [], writablePaths: [], tmpMb: 64, readOnly: true, capAdd: [] },
};

describe("settings", () => {
  it("have defaults for everything except the colors", () => {
    expect(settingsFrom(MINIMAL)).to.deep.equal({
      target: "local",
      activeColor: "blue",
      pools: {
        blue: { image: "app:v1", count: 2, env: {} },
        green: { image: "app:v2", count: 2, env: {} },
      },
      apps: { blue: APP, green: APP },
      processes: { blue: {}, green: {} },
      services: {},
      secrets: NO_SECRETS,
      smoke: [],
      health: { timeoutSeconds: 60, intervalSeconds: 2, minUptimeSeconds: 10 },
      drainSeconds: 30,
      images: { keep: 3 },
      edge: { port: 8080, previewPort: 8081, colorHeader: "x-color", hosts: 2 },
      balancer: "edge",
      managed: { stickySeconds: 0, proxyProtocol: false, idleTimeoutSeconds: 60 },
      preview: { allowedCidrs: [] },
      release: {
        steps: [],
        watchSeconds: 300,
        watchUndecided: "release",
        statusMayDiffer: [],
        maxErrorRate: 5,
        maxLatencyRatio: 2,
        confidence: 95,
        source: "edge",
        probe: { path: "/health", ratePerSecond: 5 },
        approval: false,
        keepWarmMinutes: 60,
        windows: [],
        hooks: {},
        notify: [],
      },
      allowLiveChange: false,
    });
  });

  it("of the app hold for both colors, unless a color has its own", () => {
    const { apps } = settingsFrom({
      ...{ activeColor: "blue", blue: { image: "app:v1", env: { A: "blue" } } },
      green: { image: "app:v2", app: { memoryMb: 256, port: "9000", healthHost: "a.test" } },
      app: { memoryMb: 128, healthPath: "/up", env: { A: "both", B: 1 } },
    });
    expect(apps.blue).to.include({ memoryMb: 128, port: 8000, healthPath: "/up" });
    expect(apps.green).to.include({ memoryMb: 256, port: 9000, healthPath: "/up" });
    expect([apps.blue.healthHost, apps.green.healthHost]).to.deep.equal(["localhost", "a.test"]);
    expect([apps.blue.env, apps.green.env]).to.deep.equal([
      { A: "blue", B: "1" },
      { A: "both", B: "1" },
    ]);
  });

  it("accept numbers as text, as pulumi config set writes decimals", () => {
    expect(settingsFrom({ ...MINIMAL, canary: { weight: "12.5" } }).canary?.weight).to.equal(12.5);
  });

  it("accept HAProxy's version as text, and as the number that YAML turns it into", () => {
    const versions = ["3.0", 3, 2.6].map(
      (haproxy) => settingsFrom({ ...MINIMAL, edge: { haproxy } }).edge.haproxy,
    );
    expect(versions).to.deep.equal(["3.0", "3.0", "2.6"]);
  });

  it("accept a canary's header and cookie by name, or with a value", () => {
    expect(settingsFrom({ ...MINIMAL, canary: {} }).canary).to.deep.equal({
      weight: 0,
      header: { name: "x-canary", value: "true" },
    });
    const named = { weight: 5, header: "x-beta: yes", cookie: "beta=1" };
    expect(settingsFrom({ ...MINIMAL, canary: named }).canary).to.deep.equal({
      weight: 5,
      header: { name: "x-beta", value: "yes" },
      cookie: { name: "beta", value: "1" },
    });
    const bare = { header: "x-beta", cookie: "beta" };
    expect(settingsFrom({ ...MINIMAL, canary: bare }).canary).to.deep.equal({
      weight: 0,
      header: { name: "x-beta", value: "true" },
      cookie: { name: "beta", value: "true" },
    });
  });

  it("know which parts of the config contain a secret", () => {
    const settings = settingsFrom(MINIMAL, ["green", "app"]);
    expect(settings.secrets.isIn("app:v2")).to.equal(true);
    expect(settings.secrets.isIn("app:v1")).to.equal(false);
  });

  it("allow a stack without the idle color", () => {
    expect(settingsFrom({ activeColor: "blue", blue: { image: "app:v1" } }).pools.green).to.equal(
      undefined,
    );
  });

  const lines: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    [
      "an unknown color",
      { ...MINIMAL, activeColor: "purple" },
      'activeColor: must be blue or green, got "purple". Set it: pulumi config set activeColor blue',
    ],
    [
      "a missing image",
      { ...MINIMAL, green: { count: 1 } },
      "green.image: must be an image: name:tag, name@sha256:… or sha256:…, but is not set. Set it: pulumi config set --path green.image registry.example.com/app:1.4.2",
    ],
    [
      "an active color that is not configured",
      { activeColor: "green", blue: { image: "app:v1" } },
      "green.image: must be set, because activeColor is green and a color without hosts can't take traffic. Set it: pulumi config set --path green.image registry.example.com/app:1.4.2",
    ],
    [
      "a count of 0 for the active color",
      { ...MINIMAL, blue: { image: "app:v1", count: 0 } },
      "blue.count: must be at least 1, because activeColor is blue and a color without hosts can't take traffic, got 0. Set it: pulumi config set --path blue.count 2",
    ],
    [
      "a count of 1.5",
      { ...MINIMAL, blue: { image: "app:v1", count: "1.5" } },
      "blue.count: must be a whole number from 0 to 200, got 1.5. Set it: pulumi config set --path blue.count 2",
    ],
    [
      "a count of 10,000",
      { ...MINIMAL, blue: { image: "app:v1", count: 10_000 } },
      "blue.count: must be a whole number from 0 to 200, got 10000. Set it: pulumi config set --path blue.count 2",
    ],
    [
      "a weight of 101",
      { ...MINIMAL, canary: { weight: 101 } },
      "canary.weight: must be a percentage from 0 to 100 with at most one decimal, got 101. Set it: pulumi config set --path canary.weight 5",
    ],
    [
      "a weight with two decimals",
      { ...MINIMAL, canary: { weight: "0.25" } },
      "canary.weight: must be a percentage from 0 to 100 with at most one decimal, got 0.25. Set it: pulumi config set --path canary.weight 5",
    ],
    [
      "a smoke path without a slash",
      { ...MINIMAL, smoke: [{ path: "/" }, { path: "health" }] },
      "smoke[1].path: must be a URL path that begins with a slash, without spaces or quotes, got \"health\". Set it: pulumi config set --path 'smoke[1].path' /health",
    ],
    [
      "an unknown key, with the one that was meant",
      { ...MINIMAL, activColor: "blue" },
      "activColor: is not a setting; did you mean activeColor? Remove it: pulumi config rm activColor",
    ],
    [
      "a key in the wrong place",
      { ...MINIMAL, healthPath: "/up" },
      "healthPath: is not a setting; did you mean app.healthPath? Remove it: pulumi config rm healthPath",
    ],
    [
      "an unknown key inside a group",
      { ...MINIMAL, blue: { image: "app:v1", counts: 2 } },
      "blue.counts: is not a setting; did you mean blue.count? Remove it: pulumi config rm --path blue.counts",
    ],
    [
      "a group that is not an object",
      { ...MINIMAL, health: "60" },
      "health: must be an object, got 60. Remove it: pulumi config rm health",
    ],
    [
      "an environment variable that the program sets",
      { ...MINIMAL, app: { env: { PORT: "1" } } },
      "app.env.PORT: is set by this program and can't be changed. Remove it: pulumi config rm --path app.env.PORT",
    ],
    [
      "the same port twice",
      { ...MINIMAL, edge: { port: 8081 } },
      "edge.previewPort: must differ from edge.port, got 8081 for both. Set it: pulumi config set --path edge.previewPort 8082",
    ],
    [
      "an unknown version of HAProxy",
      { ...MINIMAL, edge: { haproxy: 2.8 } },
      'edge.haproxy: must be 2.6 or 3.0, got "2.8". Set it: pulumi config set --path edge.haproxy 3.0',
    ],
    [
      "a canary without an idle color",
      { activeColor: "blue", blue: { image: "app:v1" }, canary: { weight: 5 } },
      "canary: needs hosts of the idle color, but green.image is not set. Set it: pulumi config set --path green.image registry.example.com/app:1.4.2",
    ],
    [
      "a canary on a color that was retired",
      { ...MINIMAL, green: { image: "app:v2", count: "0" }, canary: { weight: 5 } },
      "green.count: must be at least 1, because canary.weight gives green traffic, got 0. Set it: pulumi config set --path green.count 2",
    ],
    [
      "a managed balancer on one machine",
      { ...MINIMAL, balancer: "managed" },
      'balancer: must be edge with target local, got "managed". Set it: pulumi config set balancer edge',
    ],
    [
      "an image that looks like a docker option",
      { ...MINIMAL, blue: { image: "--privileged" } },
      'blue.image: must be an image: name:tag, name@sha256:… or sha256:…, got "--privileged". Set it: pulumi config set --path blue.image registry.example.com/app:1.4.2',
    ],
  ];
  for (const [what, config, message] of lines) {
    it(`refuse ${what}`, () => {
      expect(problems(config)).to.deep.equal([message]);
    });
  }

  it("report every mistake in one message", () => {
    const all = problems({
      activeColor: "red",
      blue: { image: "app:v1", count: -1 },
      canary: { weight: 101 },
      smoke: [{ path: "x" }],
      edge: { port: 1, previewPort: 1 },
      colour: "blue",
    });
    expect(all.map((line) => line.slice(0, line.indexOf(":")))).to.have.members([
      "activeColor",
      "blue.count",
      "canary.weight",
      "smoke[0].path",
      "edge.previewPort",
      "colour",
    ]);
  });

  it("offer no command that would replace a whole JSON text", () => {
    const blue = '{"image": "app:v1", "count": 0, "env": {"KEY": "value"}}';
    const instead =
      "Correct the JSON text of blue; pulumi config set --path would replace all of it";
    expect(problems({ ...MINIMAL, blue })).to.deep.equal([
      `blue.count: must be at least 1, because activeColor is blue and a color without hosts can't take traffic, got 0. ${instead}`,
    ]);
    const edge = '{"port": 8081}';
    expect(problems({ ...MINIMAL, edge })[0]).to.match(/Correct the JSON text of edge/);
    expect(problems({ ...MINIMAL, blue: '{"count":0,"image":"<a>"}' })[0]).to.match(/Set it: /);
  });

  it("never print the value of an environment variable", () => {
    const [line] = problems({ ...MINIMAL, blue: { image: "app:v1", env: { KEY: "hush\0hush" } } });
    expect(line).to.include("blue.env.KEY: can't contain a NUL character");
    expect(line).not.to.include("hush");
  });

  it("refuse root's group, and a header of HTTP itself for the color", () => {
    const config = { ...MINIMAL, app: { user: "1000:0" }, edge: { colorHeader: "Content-Length" } };
    expect(() => settingsFrom(config))
      .to.throw("app.user: must be uid or uid:gid, as numbers other than 0")
      .with.property("message")
      .that.includes("edge.colorHeader: must be a header's name of your own")
      .and.includes("pulumi config set --path edge.colorHeader x-color");
  });
});
