import type { Client } from "ssh2";
import type { Context, ResourceType } from "../provider/resource.ts";
import type { Values } from "../provider/values.ts";
import { commandType, type Environment } from "./commandType.ts";
import { problemWithConnection, recordedConnection, type Connection } from "./connection.ts";
import { Capture, type Logging, type Output } from "./output.ts";
import { Session } from "./session.ts";
import { openConnection } from "./ssh.ts";

/** `command:remote:Command`: scripts on another machine, run over SSH. */
export const remoteCommand: ResourceType = commandType({
  token: "command:remote:Command",
  inputs: { connection: problemWithConnection },
  complete: (inputs) =>
    "connection" in inputs
      ? { ...inputs, connection: recordedConnection(inputs["connection"] ?? null) }
      : inputs,
  run: runThere,
});

async function runThere(
  script: string,
  inputs: Values,
  previous: Environment,
  context: Context,
): Promise<Output> {
  const connection = inputs["connection"] as unknown as Connection;
  const clients = await openConnection(connection, context);
  try {
    const [client] = clients as [Client];
    const session = await Session.open(client);
    await setVariables(
      session,
      inputs["environment"] as Environment | undefined,
      previous,
      context,
    );
    return await runIn(session, script, inputs, context);
  } finally {
    for (const client of clients) client.end();
  }
}

const REFUSED = `This only works if your SSH server is configured to accept
	these variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could
	prefix the command itself with the variables in the form 'VAR=value command'`;

/** A refused variable of the user's is an error; one with the last output is a warning. */
async function setVariables(
  session: Session,
  environment: Environment | undefined,
  previous: Environment,
  context: Context,
): Promise<void> {
  const [refused] = await session.refusedOf(environment ?? {});
  if (refused !== undefined) {
    context.warn(`Unable to set '${refused}'. ${REFUSED}`);
    throw new Error(`could not set environment variable "${refused}": ssh: setenv failed`);
  }
  for (const name of await session.refusedOf(previous)) {
    context.warn(`Unable to set '${name}'. ${REFUSED}`);
  }
}

/** It ends when the other side says so: like the official plugin's, it heeds no cancel. */
async function runIn(
  session: Session,
  script: string,
  inputs: Values,
  context: Context,
): Promise<Output> {
  const logging = (inputs["logging"] as Logging | undefined) ?? "stdoutAndStderr";
  const channel = await session.start(script);
  const capture = new Capture(channel, channel.stderr, logging, (line) => context.log(line));
  // A script that does not read its input closes it; that is no failure.
  channel.on("error", () => undefined);
  channel.end((inputs["stdin"] as string | undefined) ?? "");
  const problem = await session.ended;
  if (problem) throw capture.failure(problem, script);
  return capture.output;
}
