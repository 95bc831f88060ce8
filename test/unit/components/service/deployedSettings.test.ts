import { expect } from "chai";
import {
  deployedColors,
  describeKept,
  type KeptColor,
  keptColors,
  releasedSettings,
  withKept,
} from "../../../../components/service/deployedSettings.ts";
import { settingsLabel } from "../../../../components/service/deployedLabel.ts";
import { newHostError } from "../../../../components/service/frozenRule.ts";
import type { ObservedContainer } from "../../../../lib/observation.ts";
import type { Route } from "../../../../lib/route.ts";
import type { Settings } from "../../../../settings/types.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const CONFIG = {
  activeColor: "blue",
  blue: { image: "app:v1" },
  green: { image: "app:v0" },
  app: { memoryMb: 256, port: 8000, env: { TOKEN: "hunter2-hunter2", LEVEL: "info" } },
};
const BLUE_IS_LIVE: Route = { active: "blue", canaryWeight: 0, testers: false };

/** Both colors' containers, as deployed with a config. */
function deployed(config: object, more: Partial<ObservedContainer> = {}) {
  const settings = settingsFrom({ ...CONFIG, ...config }, "ssh" in config ? ["ssh"] : []);
  const containers = (["blue", "green"] as const).map((color) => ({
    ...{ name: `${color}-1`, color, isRunning: true, generation: `of-${color}` },
    settings: settingsLabel(
      settings.pools[color]?.image ?? "",
      {
        ...{ app: settings.apps[color], processes: settings.processes[color] },
        services: settings.target === "local" ? [] : Object.keys(settings.services),
      },
      settings.secrets,
    ),
    ...more,
  }));
  return { containers };
}

/** What blue keeps, or green. */
function keptOf(settings: Settings, seen: ReturnType<typeof deployed>, color = "blue" as const) {
  return keptColors(settings, seen, BLUE_IS_LIVE)[color];
}

describe("a color that takes traffic when app settings change", () => {
  const app = { ...CONFIG.app, memoryMb: 512, port: 9000, env: { ...CONFIG.app.env, LEVEL: "x" } };
  const changed = settingsFrom({ ...CONFIG, app }, ["app"]);

  it("keeps what it was deployed with, and says so in one line without values of the environment", () => {
    const kept = keptOf(changed, deployed({}));
    expect(describeKept(kept as KeptColor, true)).to.equal(
      "blue keeps app.port 8000, app.memoryMb 256, app.env.LEVEL until it is idle",
    );
    expect(kept?.generations).to.deep.equal({ "blue-1": "of-blue" });
    expect(keptColors(changed, deployed({}), BLUE_IS_LIVE).green).to.equal(undefined);
  });

  it("is asked on the port that it was deployed with, and the other color on the new one", () => {
    const { apps } = withKept(changed, keptColors(changed, deployed({}), BLUE_IS_LIVE));
    expect([apps.blue.port, apps.green.port]).to.deep.equal([8000, 9000]);
    expect([apps.blue.memoryMb, apps.green.memoryMb]).to.deep.equal([256, 512]);
  });

  it("keeps it as a canary too", () => {
    const canary: Route = { active: "blue", canaryWeight: 0.1, testers: true };
    expect(Object.keys(keptColors(changed, deployed({}), canary))).to.deep.equal(["blue", "green"]);
  });

  it("keeps nothing if nothing has changed, before the first route, or with allowLiveChange", () => {
    expect(keptOf(settingsFrom(CONFIG), deployed({}))).to.equal(undefined);
    expect(keptColors(changed, deployed({}), undefined)).to.deep.equal({});
    const forced = settingsFrom({ ...CONFIG, app, allowLiveChange: true });
    expect(keptOf(forced, deployed({}))).to.equal(undefined);
  });

  it("is left to the frozen rule if an earlier version deployed it, without a label", () => {
    const unlabeled = deployed({}).containers.map(({ name, color, isRunning, generation }) => ({
      name,
      color,
      isRunning,
      generation,
    }));
    expect(keptColors(changed, { containers: unlabeled }, BLUE_IS_LIVE)).to.deep.equal({});
  });

  it("gets no new host when only the engine knows its environment, and a complete one otherwise", () => {
    expect(keptOf(changed, deployed({}))?.hasUnknown).to.equal(true);
    const memory = settingsFrom({ ...CONFIG, app: { ...CONFIG.app, memoryMb: 512 } });
    expect(keptOf(memory, deployed({}))?.hasUnknown).to.equal(false);
    expect(newHostError(keptOf(changed, deployed({})) as KeptColor).message).to.equal(
      "blue.count: blue keeps app.port 8000, app.memoryMb 256, app.env.LEVEL as it was deployed, and a new " +
        "host would get the config's. Release first (bluegreen release), or set those back until blue has " +
        "its new hosts.",
    );
  });
});

describe("an idle color when app settings change", () => {
  const app = { ...CONFIG.app, memoryMb: 512 };
  const green = { ...CONFIG.green, keep: true };

  it("gets the new ones, unless a rollback needs the old ones", () => {
    const plain = settingsFrom({ ...CONFIG, app });
    expect(keptColors(plain, deployed({}), BLUE_IS_LIVE).green).to.equal(undefined);
    const kept = keptColors(settingsFrom({ ...CONFIG, app, green }), deployed({}), BLUE_IS_LIVE);
    expect(describeKept(kept.green as KeptColor, false)).to.equal(
      "green keeps app.memoryMb 256 until its next release, for a rollback (green.keep)",
    );
  });

  it("gets the new ones with another image", () => {
    const next = settingsFrom({ ...CONFIG, app, green: { ...green, image: "app:v2" } });
    expect(keptColors(next, deployed({}), BLUE_IS_LIVE).green).to.equal(undefined);
  });
});

describe("a color that takes traffic when processes change", () => {
  const processes = {
    worker: { command: "work --slow", count: 2, memoryMb: 128 },
    mailer: { command: "mail" },
  };
  const seen = deployed({ processes });
  const next = settingsFrom({
    ...CONFIG,
    processes: { worker: { command: "work --fast", count: 3 }, clock: { command: "tick" } },
  });

  it("keeps those that it was deployed with, and the other color gets the new ones", () => {
    const kept = keptColors(next, seen, BLUE_IS_LIVE);
    expect(describeKept(kept.blue as KeptColor, true)).to.equal(
      'blue keeps processes.clock (not set), processes.worker.command ["work","--slow"], ' +
        "processes.worker.count 2, processes.worker.memoryMb 128, processes.mailer until it is idle",
    );
    expect(kept.blue?.hasUnknown).to.equal(false);
    const { blue, green } = withKept(next, kept).processes;
    expect(blue).to.deep.equal(settingsFrom({ ...CONFIG, processes }).processes.blue);
    expect(Object.keys(green)).to.deep.equal(["clock", "worker"]);
  });

  it("gives them to a release as changes, and a rollback finds the old ones", () => {
    expect(releasedSettings(next, seen, "blue", "green")).to.deep.equal([
      "processes.clock (new)",
      'processes.worker.command ["work","--slow"] -> ["work","--fast"]',
      "processes.worker.count 2 -> 3",
      "processes.worker.memoryMb (removed)",
      "processes.mailer (removed)",
    ]);
    const idle = {
      ...next,
      pools: { ...next.pools, green: { ...CONFIG.green, count: 2, env: {}, keep: true } },
    };
    expect(Object.keys(keptColors(idle, seen, BLUE_IS_LIVE).green?.processes ?? {})).to.deep.equal([
      "mailer",
      "worker",
    ]);
  });

  it("leaves out a command that holds a secret, which only the engine has", () => {
    const secret = { worker: { command: "work --token hunter2-hunter2" } };
    const label = deployed({ processes: secret }, {});
    const settings = settingsFrom({ ...CONFIG, processes: secret }, ["processes"]);
    const masked = settingsLabel(
      "app:v1",
      { app: settings.apps.blue, processes: settings.processes.blue, services: [] },
      settings.secrets,
    );
    expect(masked).not.to.contain("hunter2");
    const containers = label.containers.map((one) => ({ ...one, settings: masked }));
    const kept = keptOf(next, { containers });
    expect(kept?.hasUnknown).to.equal(true);
    expect(kept?.processes?.["worker"]?.command).to.deep.equal([]);
  });

  it("is left to the frozen rule if an earlier version did not record them", () => {
    const containers = seen.containers.map((one) => {
      const { image, app } = JSON.parse(one.settings ?? "") as object & Record<string, unknown>;
      return { ...one, settings: JSON.stringify({ image, app }) };
    });
    expect(keptOf(next, { containers })).to.equal(undefined);
    expect(releasedSettings(next, { containers }, "blue", "green")).to.deep.equal([
      "processes, since it is not recorded what blue was deployed with",
    ]);
  });
});

describe("the settings that a release changes", () => {
  it("are those of the live color against the new color's, without secrets", () => {
    const seen = deployed({});
    const next = settingsFrom({
      ...CONFIG,
      green: { image: "app:v2", app: { user: "1000" } },
      app: { ...CONFIG.app, memoryMb: 512, env: { TOKEN: "another-token", NEW: "1" } },
    });
    expect(releasedSettings(next, seen, "blue", "green")).to.deep.equal([
      "app.user  -> 1000",
      "app.memoryMb 256 -> 512",
      "app.env.NEW (new)",
      "app.env.TOKEN (changed)",
      "app.env.LEVEL (removed)",
    ]);
    expect(releasedSettings(settingsFrom(CONFIG), seen, "blue", "green")).to.deep.equal([]);
    expect(JSON.stringify(seen)).not.to.contain("hunter2");
  });
});

describe("the colors that an up deploys", () => {
  const one = (image: string) => ({ image, count: 1 });
  const config = { blue: one("app:v1"), green: one("app:v0") };
  const sameGeneration = { containerGeneration: (name: string) => `of-${name.slice(0, -2)}` };

  function deployedBy(changes: object, seen = deployed(config), plan = sameGeneration): string[] {
    const settings = settingsFrom({ ...CONFIG, ...config, ...changes });
    const kept = keptColors(settings, seen, BLUE_IS_LIVE);
    return [...deployedColors(settings, seen, plan, kept)];
  }

  it("are none where only the checks change", () => {
    expect(
      deployedBy({ smoke: [{ path: "/other" }], health: { timeoutSeconds: 9 } }),
    ).to.deep.equal([]);
  });

  it("are those with another image, another count or another setting that they do not keep", () => {
    expect(deployedBy({ green: one("app:v2") })).to.deep.equal(["green"]);
    expect(deployedBy({ green: { ...one("app:v0"), count: 2 } })).to.deep.equal(["green"]);
    expect(deployedBy({ app: { ...CONFIG.app, memoryMb: 512 } })).to.deep.equal(["green"]);
    expect(deployedBy({ processes: { worker: { command: "work" } } })).to.deep.equal(["green"]);
  });

  it("are those of which a container is not fit, or was made by an earlier version", () => {
    const again = {
      containerGeneration: (name: string) => (name === "green-1" ? "new" : "of-blue"),
    };
    expect(deployedBy({}, deployed(config), again)).to.deep.equal(["green"]);
    expect(deployedBy({}, deployed(config, { settings: "" }))).to.deep.equal(["blue", "green"]);
  });
});

describe("the services that a color found when it was deployed", () => {
  const CLOUD = {
    ...{ target: "digitalocean", digitalocean: { region: "fra1" } },
    ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
  };
  const services = { db: { image: "postgres:17", port: 5432 } };
  const settingsOf = (more: object) => settingsFrom({ ...CONFIG, ...CLOUD, ...more }, ["ssh"]);
  const seen = (more: object) => deployed({ ...CLOUD, ...more });

  it("stay those of a color with traffic, and come to the other with its deploy", () => {
    const settings = settingsOf({ services });
    const kept = keptColors(settings, seen({}), BLUE_IS_LIVE);
    expect(kept.blue?.settings).to.deep.equal(["services.db (not set)"]);
    expect(kept.blue?.hasUnknown).to.equal(false);
    expect(kept.green).to.equal(undefined);
    expect(releasedSettings(settings, seen({}), "blue", "green")).to.deep.equal([
      "services.db (new)",
    ]);
    expect(releasedSettings(settingsOf({}), seen({ services }), "blue", "green")).to.deep.equal([
      "services.db (removed)",
    ]);
  });

  it("are no difference while they are the same, nor on one machine", () => {
    expect(keptColors(settingsOf({ services }), seen({ services }), BLUE_IS_LIVE)).to.deep.equal(
      {},
    );
    const local = settingsFrom({ ...CONFIG, services });
    expect(keptColors(local, deployed({}), BLUE_IS_LIVE)).to.deep.equal({});
  });
});
