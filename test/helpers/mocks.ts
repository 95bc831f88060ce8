import * as pulumi from "@pulumi/pulumi";

/** One resource, as the program registered it with the engine. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the resources that must exist before, without those that inputs imply. */
  readonly dependsOn: readonly string[];
  readonly parent: string;
  readonly isProtected: boolean;
  /** Inputs whose changes replace it, and those whose changes it ignores. */
  readonly replaceOnChanges: readonly string[];
  readonly ignoreChanges: readonly string[];
}

/** The output of mocked commands, by resource name. A command without an entry throws. */
export type CommandAnswers = Readonly<Record<string, string>>;

/** Outputs that a cloud adds to a resource, by the resource's type, then by its name. */
export type CloudAnswers = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** The part of a registration request that mocks do not get. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getReplaceonchangesList(): string[];
  getIgnorechangesList(): string[];
}

type Register = (request: Request, callback: unknown) => Promise<void>;

/** Installs mocks in the engine's place and records every registration. */
export async function recordResources(
  answers: CommandAnswers,
  cloud: CloudAnswers = {},
): Promise<{
  /** All registrations by name, once the program has nothing left to register. */
  registrations(): Promise<Registration[]>;
}> {
  const inputs = new Map<string, Record<string, unknown>>();
  const requests: Request[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        inputs.set(args.name + args.type, args.inputs as Record<string, unknown>);
        const added = cloud[args.type]?.[args.name];
        const state = { ...(args.inputs as object), ...commandOutput(args, answers), ...added };
        return { id: args.name, ...added, state };
      },
      call: (args) => {
        throw new Error(`no answer for the call ${args.token}`);
      },
    },
    "blue-green",
    "test",
    false,
  );
  watchRequests(requests);
  return {
    registrations: async () => {
      await pulumi.runtime.disconnect();
      return requests
        .map((request) => ({
          type: request.getType(),
          name: request.getName(),
          inputs: inputs.get(request.getName() + request.getType()) ?? {},
          dependsOn: request.getDependenciesList().map(lastPart).sort(),
          parent: lastPart(request.getParent()),
          isProtected: request.getProtect(),
          replaceOnChanges: request.getReplaceonchangesList(),
          ignoreChanges: request.getIgnorechangesList(),
        }))
        .sort((a, b) => (a.name + a.type < b.name + b.type ? -1 : 1));
    },
  };
}

export const COMMANDS = ["command:local:Command", "command:remote:Command"];

function commandOutput(
  args: pulumi.runtime.MockResourceArgs,
  answers: CommandAnswers,
): Record<string, string> {
  if (!COMMANDS.includes(args.type)) return {};
  const stdout = answers[args.name];
  if (stdout === undefined) throw new Error(`no answer for the command ${args.name}`);
  return { stdout };
}

/** Mocks do not get parents and dependencies; the monitor behind them does. */
function watchRequests(requests: Request[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.push(request);
    return register(request, callback);
  };
}

function lastPart(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** An output's value. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
      return value;
    });
  });
}
