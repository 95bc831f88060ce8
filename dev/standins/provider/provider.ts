import type * as grpc from "@grpc/grpc-js";
import * as emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import * as proto from "@pulumi/pulumi/proto/provider_pb.js";
import type { EngineLog } from "./engineLog.ts";
import type { Plugin, ResourceTypes } from "./plugin.ts";
import { diffResponse, reply, struct, values } from "./protocol.ts";
import type { Context, ResourceType } from "./resource.ts";
import { reveal, type Values } from "./values.ts";

interface WorkRequest {
  getUrn(): string;
  getTimeout(): number;
  getPreview?(): boolean;
}

/** Translates the engine's provider protocol to resource types in plain values. */
export class ResourceProvider {
  private readonly cancellation = new AbortController();
  private readonly abandonment = new AbortController();
  private readonly running = new Set<Promise<unknown>>();
  private types: ResourceTypes = new Map();

  private readonly plugin: Plugin;
  private readonly engine: EngineLog;

  constructor(plugin: Plugin, engine: EngineLog) {
    this.plugin = plugin;
    this.engine = engine;
  }

  /** Starts nothing more, and resolves when nothing is running. */
  async abandon(): Promise<void> {
    this.abandonment.abort();
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  handlers(): grpc.UntypedServiceImplementation {
    return {
      ...this.pluginHandlers(),
      check: reply((request: proto.CheckRequest) => this.check(request)),
      diff: reply((request: proto.DiffRequest) => this.diff(request)),
      read: reply((request: proto.ReadRequest) => this.read(request)),
      create: reply((request: proto.CreateRequest) => this.create(request)),
      update: reply((request: proto.UpdateRequest) => this.update(request)),
      delete: reply((request: proto.DeleteRequest) => this.delete(request)),
    };
  }

  private pluginHandlers(): grpc.UntypedServiceImplementation {
    const { name, version, acceptsSecrets } = this.plugin;
    return {
      handshake: reply(() =>
        new proto.ProviderHandshakeResponse().setAcceptSecrets(acceptsSecrets),
      ),
      checkConfig: reply((request: proto.CheckRequest) =>
        new proto.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: reply(() => new proto.DiffResponse()),
      configure: reply((request: proto.ConfigureRequest) => this.configure(request)),
      getSchema: reply(() =>
        new proto.GetSchemaResponse().setSchema(JSON.stringify({ name, version })),
      ),
      getPluginInfo: reply(() => new pluginProto.PluginInfo().setVersion(version)),
      attach: reply(() => new emptyProto.Empty()),
      cancel: reply(() => {
        this.cancellation.abort();
        return new emptyProto.Empty();
      }),
    };
  }

  private configure(request: proto.ConfigureRequest) {
    this.types = this.plugin.configure(reveal(values(request.getArgs())) as Values);
    const response = new proto.ConfigureResponse().setSupportspreview(true);
    return response.setAcceptsecrets(this.plugin.acceptsSecrets);
  }

  private check(request: proto.CheckRequest) {
    const { inputs, failures } = this.typeOf(request.getUrn()).check({
      name: nameOf(request.getUrn()),
      inputs: values(request.getNews()),
      oldInputs: values(request.getOlds()),
      seed: request.getRandomseed_asU8(),
    });
    const response = new proto.CheckResponse().setInputs(struct(inputs));
    for (const { property, reason } of failures) {
      response.addFailures(new proto.CheckFailure().setProperty(property).setReason(reason));
    }
    return response;
  }

  private diff(request: proto.DiffRequest) {
    const old = { inputs: values(request.getOldInputs()), state: values(request.getOlds()) };
    const news = keepIgnored(request.getIgnorechangesList(), old.inputs, values(request.getNews()));
    return diffResponse(this.typeOf(request.getUrn()).diff(news, old));
  }

  private async read(request: proto.ReadRequest) {
    const type = this.typeOf(request.getUrn());
    const old = { inputs: values(request.getInputs()), state: values(request.getProperties()) };
    const found = await this.work(request, async (context) =>
      type.read ? await type.read(request.getId(), old, context) : old,
    );
    // An answer without an id says that the resource is gone.
    if (!found) return new proto.ReadResponse();
    const response = new proto.ReadResponse().setId(request.getId());
    return response.setProperties(struct(found.state)).setInputs(struct(found.inputs));
  }

  private async create(request: proto.CreateRequest) {
    const type = this.typeOf(request.getUrn());
    const { id, state } = await this.work(request, (context) =>
      type.create(values(request.getProperties()), context),
    );
    return new proto.CreateResponse().setId(id).setProperties(struct(state));
  }

  private async update(request: proto.UpdateRequest) {
    const type = this.typeOf(request.getUrn());
    const olds = values(request.getOlds());
    const oldInputs = values(request.getOldInputs());
    const news = keepIgnored(request.getIgnorechangesList(), oldInputs, values(request.getNews()));
    const state = await this.work(request, (context) =>
      type.update(request.getId(), news, olds, context),
    );
    return new proto.UpdateResponse().setProperties(struct(state));
  }

  private async delete(request: proto.DeleteRequest) {
    const type = this.typeOf(request.getUrn());
    const state = values(request.getProperties());
    await this.work(request, (context) => type.delete(request.getId(), state, context));
    return new emptyProto.Empty();
  }

  private typeOf(urn: string): ResourceType {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const type = this.types.get(token);
    if (type) return type;
    const { name, version } = this.plugin;
    throw new Error(
      `${token} is not supported by this stand-in for the ${name} plugin ${version}; ` +
        `on a machine with internet access type: pulumi plugin install resource ${name} v${version} --reinstall`,
    );
  }

  private async work<Result>(
    request: WorkRequest,
    step: (context: Context) => Promise<Result>,
  ): Promise<Result> {
    const result = step(this.contextOf(request));
    this.running.add(result);
    try {
      return await result;
    } finally {
      this.running.delete(result);
      await this.engine.flushed();
    }
  }

  private contextOf(request: WorkRequest): Context {
    const urn = request.getUrn();
    const timeoutMs = request.getTimeout() > 0 ? request.getTimeout() * 1000 : undefined;
    const signals = [this.cancellation.signal];
    if (timeoutMs !== undefined) signals.push(AbortSignal.timeout(timeoutMs));
    return {
      urn,
      name: nameOf(urn),
      preview: request.getPreview?.() ?? false,
      timeoutMs,
      cancelled: AbortSignal.any(signals),
      abandoned: this.abandonment.signal,
      log: (line) => this.engine.status(urn, line),
      warn: (line) => this.engine.warning(urn, line),
    };
  }
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** By the inputs: the state may hold another form of them, such as a hash. */
function keepIgnored(names: readonly string[], olds: Values, news: Values): Values {
  const kept = names.flatMap((name) => (name in olds ? [[name, olds[name]]] : []));
  return { ...news, ...(Object.fromEntries(kept) as Values) };
}
