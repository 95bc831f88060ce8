import {
  hasUnknown,
  isObject,
  reveal,
  secret,
  UNKNOWN,
  type Value,
  type Values,
} from "../provider/values.ts";
import { number, text, whole, type InputRules } from "./inputs.ts";

/** One end of an SSH connection, with the official plugin's names. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  /** PEM or OpenSSH text; asked before the password. */
  readonly privateKey?: string;
  readonly privateKeyPassword?: string;
  /** One line as in authorized_keys. Any host key is accepted where this is left out. */
  readonly hostKey?: string;
  /** `SSH_AUTH_SOCK` of the environment where this is left out. */
  readonly agentSocketPath?: string;
  /** How many failed dials are followed by another; -1 for no limit. */
  readonly dialErrorLimit: number;
  /** Seconds for one dial; 0 for no limit. */
  readonly perDialTimeout: number;
}

export interface Connection extends Endpoint {
  /** A host through which the connection is made. */
  readonly proxy?: Endpoint;
}

/** What the official plugin fills in (its connection.go). */
const DEFAULTS = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };

const ENDPOINT: InputRules = {
  host: text,
  port: number,
  user: text,
  password: text,
  privateKey: text,
  privateKeyPassword: text,
  hostKey: text,
  agentSocketPath: text,
  dialErrorLimit: whole,
  perDialTimeout: whole,
};

/** Says what is wrong with a `connection` input; undefined when nothing is. */
export function problemWithConnection(connection: Value, where = ""): string | undefined {
  if (!isObject(connection)) return `${where}must be an object`;
  for (const [name, value] of Object.entries(connection)) {
    if (value === null || (name === "proxy" && where === "")) continue;
    const rule = ENDPOINT[name];
    if (!rule) return `${where}has no setting ${name}`;
    const problem = rule(value);
    if (problem) return `${where}${name} ${problem}`;
  }
  if (typeof connection["host"] !== "string") return `${where}needs a host`;
  const proxy = connection["proxy"];
  return proxy ? problemWithConnection(proxy, "proxy ") : undefined;
}

/** The connection as it is recorded: with defaults, and secret as a whole. */
export function recordedConnection(connection: Value): Value {
  const plain = reveal(connection);
  return secret(isObject(plain) ? withDefaults(plain) : UNKNOWN);
}

function withDefaults(endpoint: Values): Values {
  const proxy = endpoint["proxy"];
  const given = Object.entries(endpoint).filter(([, value]) => value !== null);
  const complete = { ...DEFAULTS, ...Object.fromEntries(given) };
  return isObject(proxy) && !hasUnknown(proxy)
    ? { ...complete, proxy: withDefaults(proxy) }
    : complete;
}
