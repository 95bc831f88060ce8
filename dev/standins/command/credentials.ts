import { connect } from "node:net";
import ssh2, { type AuthenticationType, type ConnectConfig, type ParsedKey } from "ssh2";
import type { Endpoint } from "./connection.ts";

/** How one end is to prove itself to us, and we to it; the same for every attempt to dial it. */
export type Credentials = ConnectConfig;

/** Reads keys and looks for the agent; throws where one can't be used, before anything is dialled. */
export async function credentialsFor(endpoint: Endpoint): Promise<Credentials> {
  const agent = endpoint.agentSocketPath ?? (process.env["SSH_AUTH_SOCK"] || undefined);
  const credentials = {
    ...hostVerification(endpoint.hostKey),
    ...privateKeyOf(endpoint),
    ...(endpoint.password === undefined ? {} : { password: endpoint.password, tryKeyboard: true }),
    ...(agent === undefined ? {} : { agent }),
  };
  if (agent !== undefined) await checkAgent(agent);
  return { ...credentials, username: endpoint.user, authHandler: methodsOf(credentials) };
}

/** Each kind is tried once, as the official client does: a given key hides those of the agent. */
function methodsOf({ privateKey, password, agent }: ConnectConfig): AuthenticationType[] {
  return [
    "none",
    ...(privateKey === undefined ? [] : ["publickey" as const]),
    ...(password === undefined ? [] : ["password" as const, "keyboard-interactive" as const]),
    ...(agent === undefined || privateKey !== undefined ? [] : ["agent" as const]),
  ];
}

function hostVerification(line: string | undefined): ConnectConfig {
  if (line === undefined) return { hostVerifier: () => true };
  const expected = parsed(line, undefined, "failed to parse host key: ");
  const type = expected.type as "ssh-ed25519";
  return {
    algorithms: { serverHostKey: [type] },
    hostVerifier: (key: Buffer) => key.equals(expected.getPublicSSH()),
  };
}

function privateKeyOf({ privateKey, privateKeyPassword }: Endpoint): ConnectConfig {
  if (privateKey === undefined) return {};
  parsed(privateKey, privateKeyPassword, "");
  return {
    privateKey,
    ...(privateKeyPassword === undefined ? {} : { passphrase: privateKeyPassword }),
  };
}

function parsed(text: string, passphrase: string | undefined, prefix: string): ParsedKey {
  const key = ssh2.utils.parseKey(text, passphrase);
  if (key instanceof Error) throw new Error(`${prefix}ssh: ${key.message}`);
  return key;
}

function checkAgent(path: string): Promise<void> {
  const socket = connect(path);
  return new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", (error) => reject(new Error(`dial unix ${path}: ${error.message}`)));
  }).finally(() => socket.destroy());
}
