import { firstName } from "../provider/protocol.ts";
import {
  PartlyDone,
  type Context,
  type Difference,
  type Failure,
  type Recorded,
  type ResourceType,
} from "../provider/resource.ts";
import { type Value, type Values, UNKNOWN } from "../provider/values.ts";
import type { Api } from "./api.ts";
import { checkInputs, DEFAULTS } from "./check.ts";
import { importedInputs, refreshedInputs } from "./inputsFrom.ts";
import { planFor, type Plan } from "./plan.ts";
import type { Schema } from "./schema.ts";

/** What a resource's functions work with. */
export interface Work {
  readonly api: Api;
  readonly cancelled: AbortSignal;
  /** The time limit of a wait: the resource's own, else the one that the official plugin has. */
  limit(this: void, officialMs: number): number;
}

export interface Update {
  readonly id: string;
  readonly wanted: Values;
  readonly state: Values;
  /** Whether a property differs from the state. */
  changed(this: void, property: string): boolean;
}

/** One resource type, in the vendor's calls. */
export interface Definition {
  readonly schema: Schema;
  /** Rules over several inputs, for failures beside an input. */
  readonly check?: (inputs: Values) => Failure[];
  /** Rules over the whole, and what a change brings along; throws as the official plugin does. */
  readonly plan?: (plan: Plan, state: Values | undefined) => Plan;
  /** Properties for which this change, unlike others of theirs, replaces. */
  readonly alsoReplaces?: (plan: Plan, state: Values) => readonly string[];
  /** Gives the id; up to there a failure leaves nothing. */
  create(wanted: Values, work: Work, inputs: Values): Promise<string>;
  /** What is left to do after the id is known; gives what `read` would, where it knows it. */
  readonly settle?: (id: string, wanted: Values, work: Work) => Promise<Values | undefined>;
  /** What is real, without what the API does not tell; undefined where it is gone. */
  read(id: string, state: Values, work: Work): Promise<Values | undefined>;
  /** What an import knows beside `read`. */
  readonly imported?: (id: string, work: Work) => Promise<Values>;
  readonly update?: (update: Update, work: Work) => Promise<void>;
  /** True where a failed update leaves the recorded state as it was. */
  readonly updatesWhole?: true;
  delete(id: string, state: Values, work: Work): Promise<void>;
}

/** A definition with the rules that all resources of the official plugin share. */
export class CloudResource implements ResourceType {
  private readonly definition: Definition;
  private readonly api: Api;

  constructor(definition: Definition, api: Api) {
    this.definition = definition;
    this.api = api;
  }

  check(request: Parameters<ResourceType["check"]>[0]) {
    const { inputs, failures } = checkInputs(this.definition.schema, request);
    return { inputs, failures: [...failures, ...(this.definition.check?.(inputs) ?? [])] };
  }

  diff(inputs: Values, { state }: Recorded): Difference {
    const plan = this.plan(inputs, state);
    const replacing = [...plan.changes.keys()]
      .map(firstName)
      .filter((property) => this.definition.schema[property]?.replaces);
    const also = this.definition.alsoReplaces?.(plan, state) ?? [];
    const replaces = new Set([...replacing, ...also]);
    const deleteBeforeReplace = replaces.size > 0 && this.isNamedByUser(inputs);
    return { changes: plan.changes, replaces, deleteBeforeReplace };
  }

  async create(inputs: Values, context: Context) {
    const { wanted } = this.plan(inputs, undefined);
    if (context.preview) return { id: "", state: wanted };
    const work = this.work(context);
    const id = await this.definition.create(known(wanted), work, inputs);
    const settle = () => this.definition.settle?.(id, known(wanted), work);
    const state = await this.recorded(id, known(wanted), settle, work);
    return { id, state };
  }

  async read(id: string, old: Recorded, context: Context): Promise<Recorded | undefined> {
    const work = this.work(context);
    const { schema, imported } = this.definition;
    const isImport = Object.keys(old.state).length === 0;
    const before = isImport ? ((await imported?.(id, work)) ?? {}) : old.state;
    const real = await this.definition.read(id, before, work);
    if (!real) return undefined;
    const state = { ...before, ...real, id };
    const inputs = isImport
      ? importedInputs(schema, state)
      : refreshedInputs(schema, old.inputs, state);
    return { inputs, state };
  }

  async update(id: string, inputs: Values, state: Values, context: Context): Promise<Values> {
    const { wanted, changes } = this.plan(inputs, state);
    if (context.preview) return { ...wanted, id };
    const changed = new Set([...changes.keys()].map(firstName));
    const work = this.work(context);
    const { update, updatesWhole } = this.definition;
    const planned = known(wanted);
    const step = {
      id,
      wanted: planned,
      state,
      changed: (property: string) => changed.has(property),
    };
    const change = async () => {
      await update?.(step, work);
      return undefined;
    };
    if (!updatesWhole) return await this.recorded(id, planned, change, work);
    await update?.(step, work).catch((error: unknown) => {
      throw new PartlyDone(id, state, error);
    });
    return await this.recorded(id, planned, () => undefined, work);
  }

  async delete(id: string, state: Values, context: Context): Promise<void> {
    await this.definition.delete(id, state, this.work(context));
  }

  /** Does a step and reads what came of it. What fails from here on is recorded as planned. */
  private async recorded(
    id: string,
    planned: Values,
    step: () => Promise<Values | undefined> | undefined,
    work: Work,
  ): Promise<Values> {
    try {
      const real = (await step()) ?? (await this.definition.read(id, planned, work));
      if (!real) throw new Error(`${id} was not found after it was made or changed`);
      return { ...planned, ...real, id };
    } catch (error) {
      throw new PartlyDone(id, { ...planned, id }, error);
    }
  }

  private plan(inputs: Values, state: Values | undefined): Plan {
    const plan = planFor(this.definition.schema, inputs, state);
    return this.definition.plan?.(plan, state) ?? plan;
  }

  /** A name that the user has chosen can't stand twice, so the old resource goes first. */
  private isNamedByUser(inputs: Values): boolean {
    const defaults = inputs[DEFAULTS];
    if (!Array.isArray(defaults)) return false;
    return Object.entries(this.definition.schema).some(
      ([property, { autonamed }]) =>
        autonamed === true && property in inputs && !defaults.includes(property),
    );
  }

  private work({ cancelled, abandoned, timeoutMs }: Context): Work {
    return {
      api: this.api,
      // Nobody is left to be told how a wait ends when the engine is gone.
      cancelled: AbortSignal.any([cancelled, abandoned]),
      limit: (officialMs) => timeoutMs ?? officialMs,
    };
  }
}

/** Without what only the API can tell. */
function known(wanted: Values): Values {
  const entries = Object.entries(wanted).filter(([, value]) => value !== UNKNOWN);
  return Object.fromEntries<Value>(entries);
}
