import { expect } from "chai";
import { THIS_MACHINE } from "../../../../components/machine/exec.ts";
import { UsageError, UserError } from "../../../../lib/userError.ts";
import { type HostContainer, oneRunning, selected } from "../../../../release/hosts/containers.ts";

const on = (host: string, more: Partial<HostContainer> = {}): HostContainer => ({
  ...{ host, machine: THIS_MACHINE, name: `p-${host}`, process: "web", isRunning: true },
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
  on("services", { process: "db" }),
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
});
