import { expect } from "chai";
import { settingsFrom } from "../../helpers/settings.ts";

const SSH = { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] };
const CLOUDS = {
  digitalocean: { digitalocean: { region: "fra1" } },
  ovh: { ovh: { region: "GRA11" } },
} as const;

function problems(services: object, target: keyof typeof CLOUDS = "digitalocean"): string {
  const config = { target, ...CLOUDS[target], ssh: SSH, activeColor: "blue", services };
  try {
    settingsFrom({ ...config, blue: { image: "app:v1" } }, ["ssh"]);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const on = (port: number) => ({ image: "redis:8", port });

describe("settings of services in a cloud", () => {
  it("give each another port, because all are on one machine", () => {
    expect(problems({ cache: on(6379), queue: on(6380) })).to.equal("");
    for (const target of ["digitalocean", "ovh"] as const) {
      expect(problems({ cache: on(6379), queue: on(6379) }, target)).to.include(
        "services.queue.port: must differ from services.cache.port, got 6379 for both, because with target " +
          `${target} all services are on one machine. Let it listen on another port (services.queue.command), ` +
          "and set that: pulumi config set --path services.queue.port 6380",
      );
    }
  });

  it("leave SSH its port", () => {
    expect(problems({ git: on(22) })).to.include(
      "services.git.port: must differ from SSH's, got 22 for both",
    );
  });

  it("may have the same port on this machine, where each has an address", () => {
    const services = { cache: on(6379), queue: on(6379) };
    const local = { activeColor: "blue", blue: { image: "app:v1" }, services };
    expect(Object.keys(settingsFrom(local).services)).to.deep.equal(["cache", "queue"]);
  });
});
