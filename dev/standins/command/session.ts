import type { Client, ClientChannel } from "ssh2";
import type { Environment } from "./commandType.ts";
import { endOf } from "./ending.ts";

/**
 * ssh2 sends variables without asking whether they were accepted, and the command right after. To
 * run nothing where one was refused takes these parts of it, which its types leave out.
 */
interface ClientParts {
  readonly _chanMgr: { add(opened: Opened): number };
  readonly _protocol: {
    session(channel: number, window: number, packet: number): void;
    env(channel: number, name: string, value: string, wantReply: true): void;
    exec(channel: number, command: string, wantReply: true): void;
  };
}
interface Opened {
  (error: Error | undefined, channel: ChannelParts): void;
  type?: "session";
}
type Answered = (refused: boolean | Error) => void;
type ChannelParts = ClientChannel & {
  readonly _callbacks: Answered[];
  readonly outgoing: { readonly id: number };
  subtype?: "exec";
};

const WINDOW_BYTES = 2 * 1024 * 1024;
const PACKET_BYTES = 32 * 1024;

/** One command of a connection, before it is started. */
export class Session {
  /** How the command ended; undefined after success. */
  readonly ended: Promise<string | undefined>;
  private readonly parts: ClientParts;
  private readonly channel: ChannelParts;

  private constructor(client: Client, channel: ChannelParts) {
    this.parts = partsOf(client);
    this.channel = channel;
    this.ended = endOf(channel);
  }

  static async open(client: Client): Promise<Session> {
    const channel = await new Promise<ChannelParts>((resolve, reject) => {
      const opened: Opened = (error, made) => (error ? reject(error) : resolve(made));
      opened.type = "session";
      const { _chanMgr, _protocol } = partsOf(client);
      _protocol.session(_chanMgr.add(opened), WINDOW_BYTES, PACKET_BYTES);
    });
    return new Session(client, channel);
  }

  /** The names of variables that the other side refused. */
  async refusedOf(environment: Environment): Promise<string[]> {
    const answers = Object.entries(environment).map(async ([name, value]) => {
      const answer = this.answer();
      this.parts._protocol.env(this.channel.outgoing.id, name, value, true);
      return (await answer) ? [] : [name];
    });
    return (await Promise.all(answers)).flat();
  }

  async start(command: string): Promise<ClientChannel> {
    const answer = this.answer();
    this.parts._protocol.exec(this.channel.outgoing.id, command, true);
    if (!(await answer)) throw new Error(`ssh: command ${command} failed`);
    this.channel.subtype = "exec";
    return this.channel;
  }

  private answer(): Promise<boolean> {
    return new Promise((resolve) => {
      this.channel._callbacks.push((refused) => resolve(refused === false));
    });
  }
}

function partsOf(client: Client): ClientParts {
  return client as unknown as ClientParts;
}
