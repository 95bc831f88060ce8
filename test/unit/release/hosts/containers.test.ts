import { expect } from "chai";
import { THIS_MACHINE } from "../../../../components/machine/exec.ts";
import { UsageError, UserError } from "../../../../lib/userError.ts";
import {
  containersOfService,
  type HostContainer,
  oneRunning,
  runningService,
  selected,
} from "../../../../release/hosts/containers.ts";

const on = (host: string, more: Partial<HostContainer> = {}): HostContainer => ({
  ...{ host, machine: THIS_MACHINE, name: `p-${host}`, process: "web", isRunning: true },
  isService: false,
  ...(host.startsWith("blue") && { color: "blue" }),
  ...(host.startsWith("green") && { color: "green" }),
  ...more,
});

const ALL = [
  on("blue-1", { isRunning: false }),
  on("blue-2"),
  on("blue-2", { name: "p-blue-2-mail", process: "mail" }),
  on("green-1"),
  on("edge", { process: "balancer" }),
  on("services", { process: "db", isService: true }),
];

const namesOf = (found: readonly HostContainer[]) => found.map(({ name }) => name);

describe("the containers for a command", () => {
  it("are chosen by color, process and host; the balancer and services only by name", () => {
    const apps = ["p-blue-1", "p-blue-2", "p-blue-2-mail", "p-green-1"];
    expect(namesOf(selected(ALL, {}))).to.deep.equal(apps);
    expect(namesOf(selected(ALL, { color: "green" }))).to.deep.equal(["p-green-1"]);
    expect(namesOf(selected(ALL, { process: "mail" }))).to.deep.equal(["p-blue-2-mail"]);
    expect(namesOf(selected(ALL, { host: "edge" }))).to.deep.equal(["p-edge"]);
    expect(namesOf(selected(ALL, { process: "balancer" }))).to.deep.equal(["p-edge"]);
    expect(namesOf(selected(ALL, { process: "db" }))).to.deep.equal(["p-services"]);
  });

  it("must exist", () => {
    expect(() => selected(ALL, { host: "blue-3" })).to.throw(
      UsageError,
      '--host: must be one of blue-1, blue-2, green-1, edge, services, got "blue-3"',
    );
    expect(() => selected(ALL, { process: "cron" })).to.throw(
      UsageError,
      "web, mail, balancer, db",
    );
  });

  it("run", () => {
    const found = { containers: ALL, silent: [] };
    expect(oneRunning(found, { color: "blue" }).name).to.equal("p-blue-2");
    expect(oneRunning(found, { color: "blue", process: "mail" }).name).to.equal("p-blue-2-mail");
    const silent = { containers: ALL, silent: [{ host: "blue-3", problem: "blue-3: no route" }] };
    expect(() => oneRunning(silent, { color: "blue", host: "blue-1" })).to.throw(
      UserError,
      /No container of blue runs web on blue-1\.\nblue-3: no route\n.*bluegreen logs --color blue/,
    );
  });

  it("are a service's", () => {
    expect(namesOf(containersOfService(ALL, "db", ["db", "cache"]))).to.deep.equal(["p-services"]);
    expect(containersOfService(ALL, "cache", ["db", "cache"])).to.deep.equal([]);
    expect(() => containersOfService(ALL, "mail", ["db", "cache"])).to.throw(
      UsageError,
      '--service: must be one of db, cache, got "mail". Example: --service db',
    );
    expect(() => containersOfService([], "db", [])).to.throw(UsageError, "has no services");
  });

  it("of a service run, or the message says how to start it", () => {
    const found = { containers: ALL, silent: [] };
    expect(runningService(found, "db", ["db"]).name).to.equal("p-services");
    expect(() => runningService(found, "cache", ["db", "cache"])).to.throw(
      UserError,
      "services.cache: no container of it runs.\nStart it: pulumi up",
    );
    const machine = {
      ...{ name: "services", address: "203.0.113.9", user: "deploy" },
      ...{ deployKeys: [], hostKeys: [] },
    };
    const stopped = { process: "db", isService: true, isRunning: false };
    const silent = [{ host: "blue-1", problem: "blue-1: no route" }];
    const stoppedOn = (more: Partial<HostContainer>) => () =>
      runningService({ containers: [on("services", { ...stopped, ...more })], silent }, "db", []);
    expect(stoppedOn({})).to.throw(
      UserError,
      /runs\.\nblue-1: no route\n.*bluegreen logs --service db\. Start it: docker start p-services$/,
    );
    expect(stoppedOn({ machine })).to.throw(/: ssh deploy@203\.0\.113\.9 docker start p-services$/);
  });
});
