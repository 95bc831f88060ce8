import { expect } from "chai";
import { dial } from "../../../../dev/standins/command/dial.ts";
import { remoteCommand } from "../../../../dev/standins/command/remoteCommand.ts";
import { reveal, secret, UNKNOWN, type Values } from "../../../../dev/standins/provider/values.ts";
import { checkOf, context } from "./pluginContext.ts";

const reasonsFor = (connection: Values) =>
  checkOf(remoteCommand, { connection }).failures.map(({ reason }) => reason);

describe("the stand-in's remote command", () => {
  it("records a connection with defaults, all of it secret", () => {
    const proxy = { host: "bastion", user: "jump" };
    const privateKey = secret("key");
    const { inputs } = checkOf(remoteCommand, { connection: { host: "web", privateKey, proxy } });
    const defaults = { port: 22, dialErrorLimit: 10, perDialTimeout: 15 };
    const recorded = {
      ...defaults,
      ...{ host: "web", user: "root", privateKey: "key" },
      proxy: { ...defaults, ...proxy },
    };
    expect(inputs["connection"]).to.deep.equal(secret(recorded));
  });

  it("keeps an unknown connection unknown and secret", () => {
    const { inputs, failures } = checkOf(remoteCommand, { connection: UNKNOWN });
    expect(inputs["connection"]).to.deep.equal(secret(UNKNOWN));
    expect(failures).to.deep.equal([]);
    const partly = checkOf(remoteCommand, { connection: { host: UNKNOWN } }).inputs;
    expect(reveal(partly["connection"] ?? null)).to.deep.include({ host: UNKNOWN, port: 22 });
  });

  it("reports what is wrong with a connection", () => {
    expect(reasonsFor({ user: "deploy" })).to.deep.equal(["needs a host"]);
    expect(reasonsFor({ host: "web", port: "22" })).to.deep.equal(["port must be a number"]);
    expect(reasonsFor({ host: "web", hostkey: "x" })).to.deep.equal(["has no setting hostkey"]);
    expect(reasonsFor({ host: "web", proxy: { user: "a" } })).to.deep.equal(["proxy needs a host"]);
  });

  it("shows a changed connection as one change, and updates in place", () => {
    const recorded = (host: string) => checkOf(remoteCommand, { connection: { host } }).inputs;
    const old = { inputs: recorded("a"), state: recorded("a") };
    const { changes, replaces } = remoteCommand.diff(recorded("b"), old);
    expect([...changes.keys()]).to.deep.equal(["connection"]);
    expect(replaces.size).to.equal(0);
  });

  it("fails before it dials when a key cannot be read", async () => {
    const connection = { host: "127.0.0.1", port: 1, dialErrorLimit: -1 };
    const messageFor = async (more: Values) => {
      const { inputs } = checkOf(remoteCommand, {
        create: "true",
        connection: { ...connection, ...more },
      });
      const failing = remoteCommand.create(inputs, context());
      return await failing.then(
        () => "",
        (error: Error) => error.message,
      );
    };
    expect(await messageFor({ privateKey: "nonsense" })).to.match(/^ssh: /);
    expect(await messageFor({ hostKey: "nonsense" })).to.match(/^failed to parse host key: ssh: /);
    expect(await messageFor({ agentSocketPath: "/no/such/socket" })).to.match(
      /^dial unix \/no\/such\/socket: /,
    );
  });

  it("dials until stopped when there is no limit", async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const log = (line: string) => {
      lines.push(line);
      if (lines.length === 3) stop.abort();
    };
    const dialing = { title: "Dial", limit: -1, stopped: stop.signal, log };
    const stopped = dial(dialing, () => Promise.reject(new Error("refused")));
    expect(await stopped.catch((error: Error) => error.message)).to.equal("context canceled");
    expect(lines).to.deep.equal([1, 2, 3].map((at) => `Dial ${at}/inf failed: retrying`));
  });
});
