import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { liveProblem, measureSwitch } from "../../../../release/run/probing.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

/** Answers as Django does with ALLOWED_HOSTS and SECURE_SSL_REDIRECT. */
describe("requests to an app that allows one host, by HTTPS", () => {
  let server: Server;
  let url: string;

  before(async () => {
    server = createServer((request, answer) => {
      const isAllowed = request.headers.host === "shop.example.com";
      const isSecure = request.headers["x-forwarded-proto"] === "https";
      answer.writeHead(isAllowed ? (isSecure ? 200 : 301) : 400).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const settings = (app: object) => settingsFrom({ ...MINIMAL, app });
  const asked = { healthHost: "shop.example.com", healthHeaders: { "X-Forwarded-Proto": "https" } };

  it("name the host and the headers of health checks, and so find nothing wrong", async () => {
    expect(await liveProblem(url, settings(asked))).to.equal("");
    const counts = await measureSwitch(
      url,
      settings(asked),
      () => new Promise((resolve) => setTimeout(resolve, 1000)),
    );
    expect(counts.failures).to.equal(0);
    expect(counts.requests).to.be.greaterThan(0);
  });

  it("name localhost where no host is set, as gates do, and not the address that they are sent to", async () => {
    const host: string[] = [];
    const note = ({ headers }: IncomingMessage) => host.push(headers.host ?? "");
    server.on("request", note);
    await liveProblem(url, settings({}));
    server.off("request", note);
    expect([...new Set(host)]).to.deep.equal(["localhost"]);
  });

  it("are refused without them", async () => {
    expect(await liveProblem(url, settings({}))).to.match(/requests to .*\/health failed \(400\)$/);
    const { healthHost } = asked;
    expect(await liveProblem(url, settings({ healthHost }))).to.match(/failed \(301\)$/);
  });
});
