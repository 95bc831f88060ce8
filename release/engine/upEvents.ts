import type {
  DiagnosticEvent,
  EngineEvent,
  StepEventMetadata,
} from "@pulumi/pulumi/automation/index.js";
import type { Report } from "../run/events.ts";

/** Engine operations that change something real, in the past tense. */
const ACTIONS: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  "create-replacement": "created",
  "delete-replaced": "deleted",
  import: "imported",
};

/** The engine's last error of a failed `up`; it adds nothing to the others. */
const CONCLUSION = "update failed";

/** The command provider puts the command line before what the command has printed. */
const COMMAND_LINE = /^[^\n]* running ".*":\n(?=\S)/;

/** Turns the engine's events of one `up` into reports, and collects its errors. */
export class UpEvents {
  readonly #report: Report;
  readonly #startedAt = new Map<string, number>();
  readonly #errors: string[] = [];

  constructor(report: Report) {
    this.#report = report;
  }

  add({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent): void {
    if (resourcePreEvent) this.#startedAt.set(keyOf(resourcePreEvent.metadata), performance.now());
    if (resOutputsEvent) this.#addResource(resOutputsEvent.metadata);
    if (diagnosticEvent && !diagnosticEvent.ephemeral) this.#addDiagnostic(diagnosticEvent);
  }

  /** The errors, each with its resource; undefined if the engine has reported none. */
  get failure(): string | undefined {
    const errors = this.#errors.filter((text) => text !== CONCLUSION);
    return errors.length > 0 ? errors.join("\n") : this.#errors[0];
  }

  /** Leaves out components, which only give the program structure. */
  #addResource(metadata: StepEventMetadata): void {
    const { op, urn, type } = metadata;
    const action = ACTIONS[op];
    const { custom } = metadata.new ?? metadata.old ?? {};
    if (action === undefined || !custom || type.startsWith("pulumi:")) return;
    const startedAt = this.#startedAt.get(keyOf(metadata));
    const ms = startedAt === undefined ? 0 : performance.now() - startedAt;
    const seconds = Math.round(ms / 10) / 100;
    this.#report({ event: "resource", action, name: nameIn(urn), type, seconds });
  }

  #addDiagnostic({ urn, severity, message: raw }: DiagnosticEvent): void {
    const resource = urn === undefined || isStack(urn) ? undefined : nameIn(urn);
    const message = raw.trim().replace(COMMAND_LINE, "");
    if (message === "") return;
    const text = resource === undefined ? message : `${resource}: ${message}`;
    if (severity === "error") this.#errors.push(text);
    else if (severity === "warning") this.#report({ event: "warning", text });
    else if (severity === "info") this.#report({ event: "info", text });
  }
}

function keyOf({ urn, op }: StepEventMetadata): string {
  return `${op} ${urn}`;
}

/** A URN ends with the resource's type and name: `urn:pulumi:prod::shop::command:local:Command::gate`. */
function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function isStack(urn: string): boolean {
  return urn.includes("::pulumi:pulumi:Stack::");
}
