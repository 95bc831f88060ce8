import { WebSocket } from "undici";

/** A client that connects again, and goes on after the last message that it has seen. */
export interface LiveClient {
  /** The texts of all messages, in the order in which they came. */
  readonly texts: readonly string[];
  /** How often its connection ended. */
  readonly ends: number;
  readonly isOpen: boolean;
  close(): void;
}

interface Message {
  readonly id: string;
  readonly text: string;
}

const AGAIN_MS = 500;

class Seen {
  readonly texts: string[] = [];
  ends = 0;
  isOpen = false;
  isOver = false;
  last = "0";
  /** Ends the connection. */
  disconnect: () => void = () => undefined;

  close(): void {
    this.isOver = true;
    this.disconnect();
  }

  /** The connection has ended; it is made again after a pause. */
  lost(connect: () => void): void {
    this.isOpen = false;
    if (this.isOver) return;
    this.ends += 1;
    setTimeout(connect, AGAIN_MS);
  }

  note(data: string): void {
    const { id, text } = JSON.parse(data) as Message;
    this.last = id;
    this.texts.push(text);
  }
}

/** As page.html of the FastAPI example does it. */
export function overWebSocket(url: string): LiveClient {
  const seen = new Seen();
  const connect = () => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws?after=${seen.last}`);
    seen.disconnect = () => socket.close();
    socket.onopen = () => (seen.isOpen = true);
    socket.onmessage = ({ data }) => seen.note(String(data));
    socket.onclose = () => seen.lost(connect);
  };
  connect();
  return seen;
}

/** As a browser's EventSource does it. */
export function overEvents(url: string): LiveClient {
  const seen = new Seen();
  const stopping = new AbortController();
  seen.disconnect = () => stopping.abort();
  const read = async () => {
    const headers = { "last-event-id": seen.last };
    const { body } = await fetch(`${url}/events`, { headers, signal: stopping.signal });
    const decoder = new TextDecoder();
    let text = "";
    seen.isOpen = true;
    for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(part, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) seen.note(data);
      }
    }
  };
  const connect = (): void => {
    void read()
      .catch(() => undefined)
      .then(() => seen.lost(connect));
  };
  connect();
  return seen;
}
