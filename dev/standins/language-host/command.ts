/** What the engine asks the language host to run, in plain values. */
export interface ProgramRequest {
  readonly monitor: string;
  readonly engine: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly rootDirectory: string;
  readonly programDirectory: string;
  readonly entryPoint: string;
  readonly dryRun: boolean;
  readonly queryMode: boolean;
  readonly parallel: number;
  readonly tracing: string;
  readonly args: readonly string[];
  readonly config: ReadonlyMap<string, string>;
  readonly secretKeys: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Arguments for `node`: the flags that @pulumi/pulumi/cmd/run reads, then the program. */
export function programArgs(request: ProgramRequest, runner: string): string[] {
  const flags: [string, string][] = [
    ["monitor", request.monitor],
    ["engine", request.engine],
    ["organization", request.organization],
    ["project", request.project],
    ["root-directory", request.rootDirectory],
    ["stack", request.stack],
    ["pwd", request.programDirectory],
  ];
  const given = flags.filter(([, value]) => value !== "");
  return [
    runner,
    ...given.flatMap(([name, value]) => [`--${name}`, value]),
    ...(request.dryRun ? ["--dry-run"] : []),
    ...(request.queryMode ? ["--query-mode"] : []),
    "--parallel",
    String(request.parallel),
    ...(request.tracing ? ["--tracing", request.tracing] : []),
    request.entryPoint,
    ...request.args,
  ];
}

/** Environment that the program needs beside the host's own. */
export function programEnvironment(request: ProgramRequest): Record<string, string> {
  const config = [...request.config].map(([key, value]) => [runtimeKey(key), value]);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.secretKeys),
    ...optionEnvironment(request.options),
  };
}

/** The SDK reads keys in their long form, `namespace:config:name`. */
function runtimeKey(key: string): string {
  const [namespace, ...rest] = key.split(":");
  const name = rest[0] === "config" && rest.length > 1 ? rest.slice(1) : rest;
  return `${namespace}:config:${name.join(":")}`;
}

function optionEnvironment(options: ProgramRequest["options"]): Record<string, string> {
  const environment: Record<string, string> = {};
  if (options["typescript"] !== false) environment["PULUMI_NODEJS_TYPESCRIPT"] = "true";
  if (typeof options["tsconfig"] === "string") {
    environment["PULUMI_NODEJS_TSCONFIG_PATH"] = options["tsconfig"];
  }
  return environment;
}
