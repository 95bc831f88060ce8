import { buildApp, buildFrom } from "./images.ts";

/** The example app, which also reports at `/client` what it knows about the client. */
const SERVER = `from flask import jsonify, request
from app import app

@app.get("/client")
def client():
    names = ["X-Forwarded-For", "X-Forwarded-Proto"]
    return jsonify({name: request.headers.get(name) for name in names})
`;

/** Builds it as `blue-green-client:<version>` and returns that tag. */
export async function buildClientApp(version: string): Promise<string> {
  const tag = `blue-green-client:${version}`;
  const code = Buffer.from(SERVER).toString("base64");
  const dockerfile = `
FROM ${await buildApp(version)}
USER 0
RUN echo ${code} | base64 -d >/app/client.py
USER 10001:10001
CMD ["gunicorn", "client:app"]
`;
  return buildFrom(tag, dockerfile);
}
