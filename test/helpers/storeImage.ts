import { buildApp, buildFrom } from "./images.ts";

/** Keeps one text in a file: `SET text` and `GET` on a line, one a connection. */
const SERVER = `import os, socketserver

FILE = "/data/text"

class Store(socketserver.StreamRequestHandler):
    def handle(self):
        word, _, text = self.rfile.readline().decode().strip().partition(" ")
        if word == "SET":
            with open(FILE, "w") as file:
                file.write(text)
        self.wfile.write((open(FILE).read() if os.path.exists(FILE) else "nothing").encode())

if os.environ.get("BROKEN"):
    raise SystemExit("the files are of another version")
socketserver.ThreadingTCPServer(("", int(os.environ.get("STORE_PORT", 6000))), Store).serve_forever()
`;

/** A command for a container of the app: one line to the store, by its name, whose answer it prints. */
export function askStore(text: string): string[] {
  const code = [
    "import socket",
    'one = socket.create_connection(("store", 6000), 5)',
    `one.sendall(${JSON.stringify(`${text}\n`)}.encode())`,
    "print(one.recv(1000).decode())",
  ];
  return ["python3", "-c", code.join("\n")];
}

/** Builds a small database as \`blue-green-store:test\` and returns that tag. */
export async function buildStore(): Promise<string> {
  const code = Buffer.from(SERVER).toString("base64");
  const dockerfile = `
FROM ${await buildApp("v1")}
USER 0
HEALTHCHECK NONE
RUN mkdir -p /data && echo ${code} | base64 -d >/store.py
VOLUME /data
# Python has no handler of its own for SIGTERM, and the first process of a container ignores it then.
STOPSIGNAL SIGINT
CMD ["python3", "-u", "/store.py"]
`;
  return buildFrom("blue-green-store:test", dockerfile);
}
