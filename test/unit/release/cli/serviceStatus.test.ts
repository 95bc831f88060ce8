import { expect } from "chai";
import { stackNames } from "../../../../lib/naming.ts";
import { parseContainers } from "../../../../lib/observation.ts";
import {
  serviceLine,
  serviceStatuses,
  serviceWarnings,
} from "../../../../release/cli/serviceStatus.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

describe("the services in the status", () => {
  const one = (image: string) => ({ image, port: 1 });
  const { services } = settingsFrom({
    ...MINIMAL,
    services: {
      cache: one("redis:8"),
      db: one("postgres:17"),
      queue: one("nats:2"),
      other: one("a:1"),
    },
  });
  const line = (name: string, state: string, health: string, restarts: number) =>
    `/p-s-service-${name}\t${state}\t\t\t${health}\t${restarts}\t\t\t${name}`;
  const lines = [
    line("db", "running", "unhealthy", 1),
    line("cache", "running", "", 0),
    line("queue", "restarting", "", 7),
    // What a change has set aside.
    line("db", "exited", "", 0).replace("-db", "-db-before"),
  ];
  const seen = parseContainers(lines.join("\n"));
  const statuses = serviceStatuses(services, seen, stackNames("p", "s"));

  it("are shown with state, health and restarts", () => {
    expect(statuses.map(serviceLine)).to.deep.equal([
      "cache    redis:8 runs",
      "db       postgres:17 runs, unhealthy, 1 restart",
      "other    a:1 does not run",
      "queue    nats:2 runs, 7 restarts",
    ]);
    expect(seen.containers).to.deep.equal([]);
  });

  it("are warned of with what to do", () => {
    expect(serviceWarnings(statuses)).to.deep.equal([
      "services.db: its HEALTHCHECK fails (docker logs p-s-service-db)",
      "services.other: its container does not run (docker logs p-s-service-other). " +
        "Start it: docker start p-s-service-other",
      "services.queue: its container exits again and again (docker logs p-s-service-queue)",
    ]);
  });

  it("are warned of with commands for their machine in a cloud", () => {
    const login = "ssh deploy@203.0.113.7";
    const there = seen.services.map((service) => ({ ...service, login }));
    const [first] = serviceWarnings(
      serviceStatuses(services, { services: there }, stackNames("p", "s")),
    );
    expect(first).to.equal(
      "services.db: its HEALTHCHECK fails (ssh deploy@203.0.113.7 docker logs p-s-service-db)",
    );
  });
});
