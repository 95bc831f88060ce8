import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { scriptText } from "../../lib/hostScript.ts";
import { postgresVariables } from "../../lib/postgresUrl.ts";
import { stepCommand } from "../../lib/step.ts";
import { databaseUrl } from "../../settings/databaseRules.ts";
import type { DatabaseSettings } from "../../settings/types.ts";
import { sshEnvironment } from "../machine/hostKeys.ts";
import type { Host } from "../machine/host.ts";
import { type HostScriptArgs, hostScriptInput } from "../machine/hostScript.ts";
import {
  type AppContainerArgs,
  CONTAINER_SCRIPTS,
  containerValues,
  environmentFile,
} from "./appContainer.ts";
import type { StepHost } from "./migrationStep.ts";

export interface DatabaseMigrationArgs extends Omit<
  AppContainerArgs,
  "containerName" | "generation" | "process" | "kept" | "hooks"
> {
  readonly database: DatabaseSettings;
  /** Whether this `up` deploys the color. What was deployed without this step is not migrated afterwards. */
  readonly isDeployed: boolean;
  /** The other color's gates, if it takes traffic: its version has to live with the new schema. */
  readonly liveGates: readonly LiveGate[];
  /** Behind the keys of hosts in a cloud. */
  readonly sshSecret?: string;
}

/** Checks of the live color, and the host that makes them. */
export interface LiveGate {
  readonly from: Host;
  readonly script: HostScriptArgs;
}

/** How long a migration waits for another one of the same database, in seconds. */
const WAIT_SECONDS = 300;
/** How long it may take with all its tries, in seconds. */
const MIGRATION_SECONDS = 3600;
/** Says `bluegree`, so that no lock of an app has the same number. */
const LOCK_KEY = "7092172591589385573";

/**
 * The database's migration by the image of a color, once on one of its hosts, before its containers start. It is a
 * resource: a preview shows that it will run, and if it fails, or the color with the traffic no longer passes its
 * checks afterwards, the engine stops everything that depends on it. It runs again for another image.
 */
export class DatabaseMigration extends pulumi.ComponentResource {
  constructor(name: string, args: DatabaseMigrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:DatabaseMigration", name, {}, opts);
    const { color, database, host, image, liveGates } = args;
    const url = databaseUrl(database, args.app);
    new command.local.Command(
      name,
      {
        create: stepCommand("database-migration"),
        // A `MigrationInput`; it holds the environment of the app.
        stdin: pulumi.secret(
          pulumi.jsonStringify({
            color,
            stack: args.names.stack,
            isDeployed: args.isDeployed,
            host: stepHost(host),
            migrate: migrationScript(args, "migrate"),
            ...(database.revert && { revert: migrationScript(args, "revert") }),
            liveGates: liveGates.map(({ from, script }) => ({
              host: stepHost(from),
              script: hostScriptInput(script),
            })),
            seconds: 2 * WAIT_SECONDS + MIGRATION_SECONDS,
            hidden: [url, postgresVariables(url)?.["PGPASSWORD"] ?? ""],
          }),
        ),
        ...(args.sshSecret !== undefined && {
          environment: pulumi.secret(sshEnvironment({ secret: args.sshSecret })),
        }),
        triggers: [image.digest],
        logging: "stdout",
      },
      {
        parent: this,
        // Only another image is a reason to migrate again; what replaces the migration gets these.
        ignoreChanges: ["stdin", "environment"],
        ...(host.haproxyImage && { dependsOn: host.haproxyImage }),
      },
    );
    this.registerOutputs({ color });
  }
}

function stepHost({ name, publicAddress }: Host): pulumi.Input<pulumi.Unwrap<StepHost>> {
  return publicAddress ? publicAddress.apply((address) => ({ name, address })) : { name };
}

function migrationScript(
  args: DatabaseMigrationArgs,
  which: "migrate" | "revert",
): pulumi.Output<string> {
  const { app, color, database, names } = args;
  const process = {
    process: "migration",
    name: `${color}-migration`,
    settings: { kind: "single", count: 1, command: database[which] ?? [] },
    runs: true,
  } as const;
  const env = { PGAPPNAME: "bluegreen-migration", ...app.env, PGOPTIONS: pgOptions(args) };
  const withLimit = { ...args, app: { ...app, env } };
  return hostScriptInput({
    script: [...CONTAINER_SCRIPTS, "migration.sh"],
    values: {
      ...containerValues({
        ...withLimit,
        containerName: names.migration(color),
        generation: "",
        process,
      }),
      GENERATION: "",
      SETTING: `database.${which}`,
      EDGE_IMAGE: args.helperImage,
      LOCK_ENV: lockEnvironment(args),
      LOCK_PROGRAM: scriptText("database-lock.sh"),
      LOCK_SECONDS: database.lockTimeoutSeconds,
      TRIES: database.tries,
      WAIT_SECONDS,
      MIGRATION_SECONDS,
    },
    input: environmentFile(color, withLimit.app),
  });
}

/**
 * Every client built on libpq reads it, whatever the framework. The last of two options counts. A server that does not
 * look for its client works on, and keeps its locks, after the migration is killed.
 */
function pgOptions({ app, database }: DatabaseMigrationArgs): string {
  const own = app.env["PGOPTIONS"];
  return `${own ? `${own} ` : ""}-c lock_timeout=${database.lockTimeoutSeconds}s -c client_connection_check_interval=1s`;
}

function lockEnvironment({ app, database }: DatabaseMigrationArgs): string {
  const variables = {
    ...postgresVariables(databaseUrl(database, app)),
    PGAPPNAME: "bluegreen-lock",
    PGCONNECT_TIMEOUT: "10",
    KEY: LOCK_KEY,
    WAIT_SECONDS: String(WAIT_SECONDS),
    HOLD_SECONDS: String(MIGRATION_SECONDS + WAIT_SECONDS),
    LOCK_SECONDS: String(database.lockTimeoutSeconds),
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}
