import type {
  DiagnosticEvent,
  EngineEvent,
  OpType,
  StepEventMetadata,
} from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { UpEvents } from "../../../../release/engine/upEvents.ts";
import type { ReleaseEvent } from "../../../../release/run/events.ts";

const STACK = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod";
const GATE = "urn:pulumi:prod::shop::blue-green:app:SmokeGate$command:local:Command::gate";

function metadata(op: OpType, urn = GATE, type = "command:local:Command", custom = true) {
  return { op, urn, type, new: { custom } } as unknown as StepEventMetadata;
}

function diagnostic(severity: string, message: string, more: Partial<DiagnosticEvent> = {}) {
  return { diagnosticEvent: { severity, message, color: "never", ...more } as DiagnosticEvent };
}

describe("the engine's events of pulumi up", () => {
  let reported: ReleaseEvent[];
  let events: UpEvents;
  beforeEach(() => {
    reported = [];
    events = new UpEvents((event) => reported.push(event));
  });

  function add(...list: readonly Partial<EngineEvent>[]): void {
    for (const event of list) events.add({ sequence: 1, timestamp: 1, ...event });
  }

  it("report each changed resource with its name and duration", () => {
    for (const op of ["create", "update", "delete"] as const) {
      add({ resourcePreEvent: { metadata: metadata(op) } });
      add({ resOutputsEvent: { metadata: metadata(op) } });
    }
    const common = { event: "resource", name: "gate", type: "command:local:Command", seconds: 0 };
    expect(reported).to.deep.equal([
      { ...common, action: "created" },
      { ...common, action: "updated" },
      { ...common, action: "deleted" },
    ]);
  });

  it("leave out components, providers and unchanged resources", () => {
    const component = metadata("create", GATE, "blue-green:app:SmokeGate", false);
    const provider = metadata("create", GATE, "pulumi:providers:command");
    for (const one of [component, provider, metadata("same"), metadata("read")]) {
      add({ resOutputsEvent: { metadata: one } });
    }
    expect(reported).to.deep.equal([]);
  });

  it("report warnings and notes, but no debug or ephemeral messages", () => {
    add(
      diagnostic("warning", "the balancer is unknown\n", { urn: STACK }),
      diagnostic("warning", "it is slow\n", { urn: GATE }),
      diagnostic("info", "blue lost its traffic a moment ago\n"),
      diagnostic("debug", "Registering resource\n"),
      diagnostic("info", "half", { ephemeral: true }),
      diagnostic("info", "\n"),
    );
    expect(reported).to.deep.equal([
      { event: "warning", text: "the balancer is unknown" },
      { event: "warning", text: "gate: it is slow" },
      { event: "info", text: "blue lost its traffic a moment ago" },
    ]);
    expect(events.failure).to.equal(undefined);
  });

  it("combine all errors into one failure, each with its resource and without the script's command line", () => {
    add(
      diagnostic("error", 'exit status 1: running "eval \\"$(cat)\\"; up":\nno gate\n  log\n\n', {
        urn: GATE,
      }),
      diagnostic("error", 'Process exited with status 2: running "x":\n', { urn: GATE }),
      diagnostic("error", "activeColor: must be blue or green\n", { urn: STACK }),
      diagnostic("error", "update failed\n"),
    );
    expect(events.failure).to.equal(
      "gate: no gate\n  log\n" +
        'gate: Process exited with status 2: running "x":\n' +
        "activeColor: must be blue or green",
    );
    expect(reported).to.deep.equal([]);
  });

  it("keep the engine's conclusion if it is the only error", () => {
    add(diagnostic("error", "update failed\n"));
    expect(events.failure).to.equal("update failed");
  });
});
