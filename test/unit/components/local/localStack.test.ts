import { expect } from "chai";
import { stackNames } from "../../../../lib/naming.ts";
import type { Plan } from "../../../../lib/plan.ts";
import { processesMark, settingsLabel } from "../../../../components/service/deployedLabel.ts";
import { localStack } from "../../../../components/local/localTarget.ts";
import { PLAN, command, inputOf, valuesOf } from "../../../helpers/components.ts";
import { type Registration, recordResources, valueOf } from "../../../helpers/mocks.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const ANSWERS = {
  network: "172.18.0.0/16",
  "blue-image": "sha256:b1\nsha256:b2",
  "green-image": "sha256:a1\nsha256:a2",
  "blue-1": "",
  "blue-2": "",
  "green-1": "",
  "green-2": "",
  gate: "",
  "blue-gate": "",
  "green-gate": "",
  "canary-gate": "",
  edge: "",
  "edge-route": "blue:50:on",
};

async function build(config: Readonly<Record<string, unknown>>, plan: Partial<Plan> = {}) {
  const recorder = await recordResources(ANSWERS);
  const outputs = localStack(
    {
      settings: settingsFrom(config),
      plan: { ...PLAN, ...plan },
      names: stackNames("blue-green", "test"),
      hooks: () => undefined,
    },
    "edge:1",
  );
  return { outputs, resources: await recorder.registrations() };
}

const line = ({ type, name, parent }: Registration) =>
  `${parent} > ${type.replace("blue-green:", "")} ${name}`;

describe("the local stack", () => {
  it("has these resources and no others", async () => {
    const { resources } = await build(MINIMAL);
    expect(resources.map(line).sort()).to.deep.equal(
      [
        " > local:LocalNetwork network",
        "network > command:local:Command network",
        " > local:LocalHost edge-host",
        ...["blue-1", "blue-2", "green-1", "green-2"].map(
          (host) => ` > local:LocalHost ${host}-host`,
        ),
        " > app:BlueGreenService app",
        ...["blue", "green"].flatMap((color) => [
          `app > app:ColorPool ${color}`,
          `${color} > app:ColorImage ${color}-image`,
          `${color}-image > command:local:Command ${color}-image`,
          ...[1, 2].flatMap((n) => [
            `${color} > app:AppContainer ${color}-${n}`,
            `${color}-${n} > command:local:Command ${color}-${n}`,
          ]),
          `app > app:SmokeGate ${color}-gate`,
          `${color}-gate > command:local:Command ${color}-gate`,
        ]),
        "app > app:SmokeGate gate",
        "gate > command:local:Command gate",
        "app > haproxy:HaproxyEdge edge",
        "edge > command:local:Command edge",
        "edge > command:local:Command edge-route",
      ].sort(),
    );
  });

  it("runs containers, their gate, the balancer's members and the route in this order", async () => {
    const { resources } = await build(MINIMAL);
    const before = (name: string) => command(resources, name).dependsOn;
    expect(before("blue-1")).to.deep.equal(["blue-image", "network"]);
    expect(before("gate")).to.include.members(["blue-1", "blue-2"]);
    expect(before("gate")).not.to.include("green-1");
    expect(before("edge")).to.include.members(["network"]);
    expect(before("edge-route")).to.include.members(["edge", "gate"]);
    const edge = resources.find(({ type }) => type.endsWith("HaproxyEdge"));
    expect(edge?.dependsOn).to.deep.equal(["gate"]);
  });

  it("asks each color after a deploy, last, so that nothing waits for it", async () => {
    const { resources } = await build(MINIMAL);
    for (const color of ["blue", "green"]) {
      const gate = command(resources, `${color}-gate`);
      const component = resources.find(
        ({ name, type }) => name === `${color}-gate` && type.endsWith("SmokeGate"),
      );
      expect(component?.dependsOn).to.include.members(["edge", "edge-route"]);
      expect(gate.dependsOn).to.include.members([`${color}-1`, `${color}-2`]);
      expect(valuesOf(gate)).to.include({ COLOR: color, GENERATION: "" });
      const waiting = resources.filter(({ dependsOn }) => dependsOn.includes(`${color}-gate`));
      expect(waiting.map(({ name }) => name)).to.deep.equal([]);
    }
  });

  it("changes a color without traffic only after the route is set", async () => {
    const { resources } = await build(MINIMAL);
    const pool = (color: string) =>
      resources.find(({ name, type }) => name === color && type.endsWith("ColorPool"));
    expect(pool("blue")?.dependsOn).to.deep.equal([]);
    expect(pool("green")?.dependsOn).to.include.members(["edge", "edge-route"]);
  });

  it("handles a color that loses its traffic before the route when that is safe", async () => {
    const { resources } = await build(MINIMAL, { idleFirst: true });
    const pool = resources.find(({ name, type }) => name === "green" && type.endsWith("ColorPool"));
    expect(pool?.dependsOn).to.deep.equal([]);
    expect(command(resources, "edge-route").dependsOn).to.include.members(["green-1", "green-2"]);
  });

  it("has a gate for the canary too, before the route", async () => {
    const wanted = { active: "blue", canaryWeight: 5, testers: true } as const;
    const { resources } = await build({ ...MINIMAL, canary: { weight: 5 } }, { wanted });
    expect(command(resources, "canary-gate").dependsOn).to.include.members(["green-1", "green-2"]);
    expect(command(resources, "edge-route").dependsOn).to.include.members(["canary-gate", "gate"]);
    expect(valuesOf(command(resources, "canary-gate"))).to.include({
      COLOR: "green",
      GENERATION: "c1",
    });
    expect(valuesOf(command(resources, "edge-route"))).to.include({
      CANARY_WEIGHT: "5",
      TESTERS: "on",
    });
  });

  it("passes a container its values by name, and its environment on standard input", async () => {
    const config = {
      ...MINIMAL,
      app: { env: { A: "1", B: "2" } },
      green: { image: "app:v2", env: { B: "3" } },
    };
    const { resources } = await build(config);
    const settings = settingsFrom(config);
    const green = command(resources, "green-2");
    const left = ["CAP_ADD", "COMMAND", "ENTRYPOINT", "HELPER_IMAGE", "KIND", "LONG", "LONG_NAMES"];
    left.push("NODE", "PROCESS", "READ_ONLY", "TMP_MB", "VOLUMES", "WRITABLE");
    expect(valuesOf(green)).to.deep.equal({
      ...Object.fromEntries(left.map((name) => [name, ""])),
      RUNS: "yes",
      COLOR: "green",
      HOST: "green-2",
      CONTAINER: "blue-green-test-green-2",
      STACK: "blue-green/test",
      IMAGE_REF: "app:v2",
      IMAGE: "sha256:a1",
      NETWORK: "blue-green-test",
      ADDRESS: "172.18.0.19",
      PORT: "8000",
      APP_USER: "",
      MEMORY: "512m",
      CPUS: "1",
      PIDS: "256",
      STOP_SECONDS: "30",
      HEALTH_SECONDS: "60",
      HEALTH: "/health localhost",
      PROCESSES: processesMark({}, settings.secrets),
      SETTINGS: settingsLabel(
        "app:v2",
        { app: settings.apps.green, processes: {}, services: [] },
        settings.secrets,
      ),
      GENERATION: "g1",
      FIXED:
        "IMAGE restart green.image\nPORT restart app.port\nNETWORK restart the stack's network\n" +
        "ADDRESS restart the host's address\nAPP_USER restart app.user\nMEMORY restart app.memoryMb\n" +
        "CPUS restart app.cpus\nPIDS restart app.pids\nSTOP_SECONDS restart app.stopSeconds\n" +
        "HEALTH break app.healthPath or app.healthHost\nPROCESSES break processes\nINPUT restart green.env or app.env",
    });
    expect(inputOf(green)).to.equal("A=1\nB=3\nDEPLOYMENT_COLOR=green\nPORT=8000");
  });

  it("checks all hosts of the active color in its gate", async () => {
    const { resources } = await build(MINIMAL);
    const gate = command(resources, "gate");
    expect(valuesOf(gate)).to.deep.equal({
      COLOR: "blue",
      DIGEST: "sha256:b2",
      STACK: "blue-green/test",
      NETWORK: "blue-green-test",
      EDGE_IMAGE: "edge:1",
      GATE_SECONDS: "60",
      PORT: "8000",
      MIN_UPTIME: "10",
      CONTAINERS: "blue-1|blue-green-test-blue-1\nblue-2|blue-green-test-blue-2",
      SO: "the route is unchanged",
      GENERATION: "a1",
    });
    expect(inputOf(gate)).to.include(
      "probe 'blue-1' '172.18.0.16:8000' 'blue-green-test-blue-1' &",
    );
    expect(inputOf(gate)).to.include(
      "probe 'blue-2' '172.18.0.18:8000' 'blue-green-test-blue-2' &",
    );
    expect(gate.inputs["delete"]).to.equal(undefined);
  });

  it("configures the balancer from the hosts of both colors", async () => {
    const { resources } = await build({ ...MINIMAL, edge: { port: 80, previewPort: 81 } });
    const edge = command(resources, "edge");
    expect(valuesOf(edge)).to.deep.equal({
      ROLE: "edge",
      CONTAINER: "blue-green-test-edge",
      STACK: "blue-green/test",
      VOLUME: "blue-green-test-edge",
      EDGE_IMAGE: "edge:1",
      NETWORK: "blue-green-test",
      ADDRESS: "172.18.0.2",
      PUBLISH: "80:8080 127.0.0.1:81:8081",
      DRAIN_SECONDS: "30",
      CHECK_SECONDS: "0",
      GENERATION: "e1",
      FIXED:
        "EDGE_IMAGE restart the edge's image\nNETWORK restart the stack's network\n" +
        "ADDRESS restart the host's address\nPUBLISH restart the edge's ports",
    });
    for (const server of ["blue-1 172.18.0.16:8000", "green-2 172.18.0.19:8000"]) {
      expect(inputOf(edge)).to.include(`server ${server}`);
    }
  });

  it("changes only the gate and the route in a switch", async () => {
    const { resources: before } = await build(MINIMAL);
    const { resources: after } = await build(
      { ...MINIMAL, activeColor: "green" },
      {
        wanted: { active: "green", canaryWeight: 0, testers: false },
        routeGeneration: "r2",
        activeGate: "a2",
      },
    );
    const changed = after.filter((resource) => {
      const same = before.find(
        ({ name, type }) => name === resource.name && type === resource.type,
      );
      return JSON.stringify(same?.inputs) !== JSON.stringify(resource.inputs);
    });
    expect(changed.map(({ name }) => name)).to.deep.equal(["edge-route", "gate"]);
  });

  it("changes an active color's containers one by one, and an idle one's in parallel", async () => {
    const { resources } = await build(MINIMAL, {
      real: { active: "blue", canaryWeight: 0, testers: false },
    });
    const container = (name: string) =>
      resources.find(
        (resource) => resource.name === name && resource.type.endsWith("AppContainer"),
      );
    expect(container("blue-2")?.dependsOn).to.include("blue-1");
    expect(container("green-2")?.dependsOn).to.deep.equal([]);
  });

  it("leaves out a color without settings", async () => {
    const { resources, outputs } = await build({ activeColor: "blue", blue: { image: "app:v1" } });
    expect(resources.filter(({ name }) => name.startsWith("green"))).to.deep.equal([]);
    expect(outputs.pools.green).to.equal(undefined);
  });

  it("keeps the image of a color without hosts, and nothing else of it", async () => {
    const { resources, outputs } = await build({
      ...MINIMAL,
      green: { image: "app:v2", count: 0 },
    });
    const green = resources.filter(({ name }) => name.startsWith("green"));
    expect(green.map(({ name }) => name)).to.have.members(["green", "green-image", "green-image"]);
    const { digest, hosts } = outputs.pools.green ?? {};
    expect(digest && (await valueOf(digest))).to.equal("sha256:a2");
    expect(hosts).to.deep.equal([]);
    const { resources: full } = await build(MINIMAL);
    const inputs = ({ resources: all }: { resources: typeof full }) =>
      all.findLast(({ name }) => name === "green-image")?.inputs;
    expect(inputs({ resources })).to.deep.equal(inputs({ resources: full }));
  });

  it("exports the balancer's state and what runs where", async () => {
    const { outputs } = await build({ ...MINIMAL, canary: { weight: 5, cookie: "c" } });
    expect(await valueOf(outputs.activeColor)).to.equal("blue");
    expect(await valueOf(outputs.idleColor)).to.equal("green");
    expect(await valueOf(outputs.url)).to.equal("http://localhost:8080");
    expect(await valueOf(outputs.canary)).to.deep.equal({
      weight: 5,
      testers: true,
      header: "x-canary: true",
      cookie: "c=true",
    });
    const { image, digest, hosts } = outputs.pools.green ?? {};
    expect(image).to.equal("app:v2");
    expect(digest && (await valueOf(digest))).to.equal("sha256:a2");
    expect(hosts?.map(({ name }) => name)).to.deep.equal(["green-1", "green-2"]);
  });
});
