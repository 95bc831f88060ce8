import * as grpc from "@grpc/grpc-js";
import * as emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import * as structProto from "google-protobuf/google/protobuf/struct_pb.js";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import * as proto from "@pulumi/pulumi/proto/provider_pb.js";
import { changesBetween, type ChangeKind } from "./diff.ts";
import type { EngineLog } from "./engineLog.ts";
import type { Context, ResourceType } from "./resource.ts";
import type { Values } from "./values.ts";

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;
interface WorkRequest {
  getUrn(): string;
  getTimeout(): number;
  getPreview?(): boolean;
}

/** Translates the engine's provider protocol to resource types in plain values. */
export class ResourceProvider {
  private readonly cancellation = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  private readonly types: ReadonlyMap<string, ResourceType>;
  private readonly version: string;
  private readonly engine: EngineLog;

  constructor(types: ReadonlyMap<string, ResourceType>, version: string, engine: EngineLog) {
    this.types = types;
    this.version = version;
    this.engine = engine;
  }

  /** Resolves when no script is running. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  handlers(): grpc.UntypedServiceImplementation {
    return {
      handshake: reply(() => this.handshake()),
      checkConfig: reply((request: proto.CheckRequest) =>
        new proto.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: reply(() => new proto.DiffResponse()),
      configure: reply(() => this.configure()),
      getSchema: reply(() =>
        new proto.GetSchemaResponse().setSchema(
          JSON.stringify({ name: "command", version: this.version }),
        ),
      ),
      getPluginInfo: reply(() => new pluginProto.PluginInfo().setVersion(this.version)),
      attach: reply(() => new emptyProto.Empty()),
      cancel: reply(() => {
        this.cancellation.abort();
        return new emptyProto.Empty();
      }),
      check: reply((request: proto.CheckRequest) => this.check(request)),
      diff: reply((request: proto.DiffRequest) => this.diff(request)),
      read: reply((request: proto.ReadRequest) => this.read(request)),
      create: reply((request: proto.CreateRequest) => this.create(request)),
      update: reply((request: proto.UpdateRequest) => this.update(request)),
      delete: reply((request: proto.DeleteRequest) => this.delete(request)),
    };
  }

  private handshake() {
    return new proto.ProviderHandshakeResponse().setAcceptSecrets(true);
  }

  private configure() {
    return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }

  private check(request: proto.CheckRequest) {
    const response = new proto.CheckResponse().setInputs(request.getNews());
    for (const { property, reason } of this.typeOf(request.getUrn()).check(
      values(request.getNews()),
    )) {
      response.addFailures(new proto.CheckFailure().setProperty(property).setReason(reason));
    }
    return response;
  }

  private diff(request: proto.DiffRequest) {
    const type = this.typeOf(request.getUrn());
    const news = keepIgnored(
      request.getIgnorechangesList(),
      values(request.getOlds()),
      values(request.getNews()),
    );
    const changes = changesBetween(values(request.getOldInputs()), news);
    const response = new proto.DiffResponse().setHasdetaileddiff(true);
    for (const [path, kind] of changes) {
      const property = /^[\w-]+/.exec(path)?.[0] ?? path;
      const replaces = type.replaces(property, changes);
      const detail = new proto.PropertyDiff().setKind(kindOf(kind, replaces));
      response.getDetaileddiffMap().set(path, detail);
      response.addDiffs(property);
      if (replaces) response.addReplaces(property);
    }
    const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
    return response.setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE);
  }

  /** Nothing can be read back of a script; the official plugin answers the same. */
  private read(request: proto.ReadRequest) {
    return new proto.ReadResponse()
      .setId(request.getId())
      .setProperties(request.getProperties())
      .setInputs(request.getInputs());
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
    const news = keepIgnored(request.getIgnorechangesList(), olds, values(request.getNews()));
    const state = await this.work(request, (context) => type.update(news, olds, context));
    return new proto.UpdateResponse().setProperties(struct(state));
  }

  private async delete(request: proto.DeleteRequest) {
    const type = this.typeOf(request.getUrn());
    const state = values(request.getProperties());
    await this.work(request, (context) => type.delete(state, context));
    return new emptyProto.Empty();
  }

  private typeOf(urn: string): ResourceType {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const type = this.types.get(token);
    if (type) return type;
    throw new Error(
      `${token} is not supported by this stand-in for the command plugin ${this.version}; ` +
        `on a machine with internet access type: pulumi plugin install resource command v${this.version} --reinstall`,
    );
  }

  private async work<Result>(
    request: WorkRequest,
    step: (context: Context) => Promise<Result>,
  ): Promise<Result> {
    const urn = request.getUrn();
    const seconds = request.getTimeout();
    const signals = [this.cancellation.signal];
    if (seconds > 0) signals.push(AbortSignal.timeout(seconds * 1000));
    const result = step({
      urn,
      name: urn.split("::").slice(3).join("::"),
      preview: request.getPreview?.() ?? false,
      cancelled: AbortSignal.any(signals),
      log: (line) => this.engine.status(urn, line),
    });
    this.running.add(result);
    try {
      return await result;
    } finally {
      this.running.delete(result);
      await this.engine.flushed();
    }
  }
}

function keepIgnored(names: readonly string[], olds: Values, news: Values): Values {
  const kept = names.flatMap((name) => (name in olds ? [[name, olds[name]]] : []));
  return { ...news, ...(Object.fromEntries(kept) as Values) };
}

function kindOf(change: ChangeKind, replaces: boolean) {
  const { Kind } = proto.PropertyDiff;
  if (change === "add") return replaces ? Kind.ADD_REPLACE : Kind.ADD;
  if (change === "delete") return replaces ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}

function values(from: structProto.Struct | undefined): Values {
  return from?.toJavaScript() ?? {};
}

function struct(from: Values): structProto.Struct {
  return structProto.Struct.fromJavaScript(from);
}

/** A handler that answers with what the function gives, or fails with what it throws. */
function reply<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return (call: Call<Request>, done: grpc.sendUnaryData<Response>) => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => done(null, response),
        (error: Error) =>
          done({ code: grpc.status.UNKNOWN, message: error.message, details: error.message }),
      );
  };
}
