import { buildApp, buildFrom } from "./images.ts";

const SERVER = `import http.server, json, os, socketserver, sys, threading

open("started", "w").close()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        name = os.path.join("/data", os.path.basename(self.path))
        with open(name, "wb") as file:
            file.write(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(b"stored")

    def do_GET(self):
        free = os.statvfs("/tmp")
        facts = {
            "words": sys.argv[1:], "home": os.environ.get("HOME"), "uid": os.getuid(),
            "files": sorted(os.listdir("/data")), "tmpMb": free.f_blocks * free.f_frsize >> 20,
            "shipped": os.path.exists("server.py"), "capabilities": capabilities(),
        }
        self.answer(json.dumps(facts).encode())

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

def capabilities():
    with open("/proc/self/status") as status:
        return next(line.split()[1] for line in status if line.startswith("CapBnd"))

class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

Server(("", int(os.environ["PORT"])), Handler).serve_forever()
`;

/**
 * Builds an image as many teams write them: it runs as root, writes to its working directory, and declares a
 * VOLUME. It answers with what it finds, and stores what is posted.
 */
export async function buildWritingApp(version: string, user = "0"): Promise<string> {
  const code = Buffer.from(SERVER).toString("base64");
  const dockerfile = `
FROM ${await buildApp("v1")}
USER 0
HEALTHCHECK NONE
WORKDIR /srv/app
RUN echo ${code} | base64 -d >server.py && mkdir /data
VOLUME /data
STOPSIGNAL SIGKILL
LABEL version=${version}
USER ${user}
ENTRYPOINT []
CMD ["python3", "server.py", "image's"]
`;
  return buildFrom(`blue-green-writing:${version}`, dockerfile);
}
