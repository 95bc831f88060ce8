/**
 * A Node.js language host for the Pulumi CLI, for machines where the official one can't be
 * downloaded. It serves the engine's LanguageRuntime and starts programs the way the official
 * host does. Called as: pulumi-language-nodejs [flags] [ENGINE_ADDRESS]; prints its port.
 */
import type * as grpc from "@grpc/grpc-js";
import * as emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import * as service from "@pulumi/pulumi/proto/language_grpc_pb.js";
import * as proto from "@pulumi/pulumi/proto/language_pb.js";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import { parseArgs } from "node:util";
import { serve } from "../serve.ts";
import { directDependencies, typescriptVersion } from "./about.ts";
import type { ProgramRequest } from "./command.ts";
import { runProgram } from "./program.ts";

/** Set by the bundler to the CLI's version. */
declare const VERSION: string;

type Call<Request, Response> = grpc.ServerUnaryCall<Request, Response>;
type Reply<Response> = grpc.sendUnaryData<Response>;

const { values: flags, positionals } = parseArgs({
  options: { tracing: { type: "string", default: "" } },
  allowPositionals: true,
  strict: false,
});
const [engine = ""] = positionals;
const cancellation = new AbortController();
const running = new Set<Promise<void>>();

function run(call: Call<proto.RunRequest, proto.RunResponse>, reply: Reply<proto.RunResponse>) {
  const callCancelled = new AbortController();
  call.on("cancelled", () => callCancelled.abort());
  const cancelled = AbortSignal.any([callCancelled.signal, cancellation.signal]);
  const program = runProgram(plainRequest(call.request), cancelled).then(
    ({ error, bail }) => reply(null, new proto.RunResponse().setError(error).setBail(bail)),
    (error: unknown) => reply(null, new proto.RunResponse().setError(String(error))),
  );
  running.add(program);
  void program.finally(() => running.delete(program));
}

function plainRequest(request: proto.RunRequest): ProgramRequest {
  const info = request.getInfo();
  const programDirectory = info?.getProgramDirectory() ?? request.getPwd();
  return {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    rootDirectory: info?.getRootDirectory() ?? "",
    programDirectory,
    entryPoint: info?.getEntryPoint() ?? request.getProgram(),
    dryRun: request.getDryrun(),
    queryMode: request.getQuerymode(),
    parallel: request.getParallel(),
    tracing: typeof flags.tracing === "string" ? flags.tracing : "",
    args: request.getArgsList(),
    config: new Map(request.getConfigMap().toArray()),
    secretKeys: request.getConfigsecretkeysList(),
    options: info?.getOptions()?.toJavaScript() ?? {},
  };
}

function about(
  call: Call<proto.AboutRequest, proto.AboutResponse>,
  reply: Reply<proto.AboutResponse>,
) {
  const response = new proto.AboutResponse()
    .setExecutable(process.execPath)
    .setVersion(process.version);
  const typescript = typescriptVersion(call.request.getInfo()?.getProgramDirectory() ?? ".");
  if (typescript) response.getMetadataMap().set("typescriptVersion", typescript);
  reply(null, response);
}

function programDependencies(
  call: Call<proto.GetProgramDependenciesRequest, proto.GetProgramDependenciesResponse>,
  reply: Reply<proto.GetProgramDependenciesResponse>,
) {
  const directory = call.request.getInfo()?.getProgramDirectory() ?? ".";
  void directDependencies(directory).then((dependencies) => {
    const list = dependencies.map(({ name, version }) =>
      new proto.DependencyInfo().setName(name).setVersion(version),
    );
    reply(null, new proto.GetProgramDependenciesResponse().setDependenciesList(list));
  });
}

/** Answers with an empty message, for questions that need no answer here. */
function answer<Response>(make: () => Response) {
  return (_call: unknown, reply: Reply<Response>) => reply(null, make());
}

await serve(
  service.LanguageRuntimeService,
  {
    handshake: answer(() => new proto.LanguageHandshakeResponse()),
    getPluginInfo: answer(() => new pluginProto.PluginInfo().setVersion(VERSION)),
    // Plugins are put in place by the set-up, so the engine has none to fetch.
    getRequiredPlugins: answer(() => new proto.GetRequiredPluginsResponse()),
    getRequiredPackages: answer(() => new proto.GetRequiredPackagesResponse()),
    runtimeOptionsPrompts: answer(() => new proto.RuntimeOptionsResponse()),
    template: answer(() => new proto.TemplateResponse()),
    cancel: (_call: unknown, reply: Reply<emptyProto.Empty>) => {
      cancellation.abort();
      reply(null, new emptyProto.Empty());
    },
    run,
    about,
    getProgramDependencies: programDependencies,
  },
  engine,
  stop,
);

async function stop() {
  cancellation.abort();
  await Promise.allSettled(running);
}
