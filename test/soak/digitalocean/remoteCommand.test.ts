import { expect } from "chai";
import ssh2 from "ssh2";
import { setTimeout as sleep } from "node:timers/promises";
import { PluginStack } from "../../helpers/pluginStack.ts";
import { startSshServer, type SshServer } from "../../helpers/sshServer.ts";

/** Every script appends to one journal on the remote side, which shows what ran there. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { remote } from "@pulumi/command";
const config = new pulumi.Config();
const limit = config.getNumber("limit") ?? 30;
const connection = {
  host: "127.0.0.1",
  port: config.requireNumber("port"),
  hostKey: config.require("hostKey"),
  privateKey: config.requireSecret("privateKey"),
  dialErrorLimit: limit,
};
const inside = { ...connection, port: 22, proxy: connection };
const first = new remote.Command("first", {
  connection: config.getBoolean("proxy") ? inside : connection,
  create: "echo create >>/journal; cat",
  update: \`echo update >>/journal; printf '%s %s' "$LC_EDITION" "$(cat)"; \${config.get("then") ?? ":"}\`,
  delete: "echo delete >>/journal",
  stdin: config.requireSecret("word"),
  environment: { LC_EDITION: config.get("edition") ?? "1", ...config.getObject("more") },
  triggers: [config.get("trigger") ?? "a"],
  addPreviousOutputInEnv: config.getBoolean("previous") ?? false,
}, { additionalSecretOutputs: ["stdout"] });
export const got = first.stdout;
`;

// Holds for the official plugin and for our stand-in, whichever is installed.
describe("a remote command", () => {
  let server: SshServer;
  let stack: PluginStack;

  before(async () => {
    server = await startSshServer();
    stack = await PluginStack.create(PROGRAM, { SSH_AUTH_SOCK: "" });
    await stack.set("port", String(server.port));
    await stack.set("hostKey", server.hostKey);
    await stack.setSecret("privateKey", server.privateKey);
    await stack.setSecret("word", "hidden-word");
  });

  after(async () => {
    await stack?.remove().finally(() => server.remove());
  });

  const journal = () => server.run("cat /journal 2>/dev/null; true");
  const clearJournal = () => server.run("rm -f /journal");

  /** Runs `up` with settings that are reverted afterwards. */
  async function upWith(settings: Readonly<Record<string, string>>) {
    for (const [key, value] of Object.entries(settings)) await stack.set(key, value);
    const result = await stack.up();
    for (const key of Object.keys(settings)) await stack.unset(key);
    return result;
  }

  it("does nothing in a preview", async () => {
    const preview = await stack.pulumi("preview");
    expect(preview.exitCode, preview.all).to.equal(0);
    expect(await journal()).to.equal("");
  });

  it("passes its input to the script and keeps input and connection secret", async () => {
    const created = await stack.up();
    expect(created.exitCode, created.all).to.equal(0);
    expect(await stack.output("got")).to.equal("hidden-word");
    expect(await journal()).to.equal("create");
    const state = await stack.state();
    expect(state).not.to.contain("hidden-word");
    expect(state).not.to.contain("OPENSSH PRIVATE KEY");
    expect(state).not.to.contain("dialErrorLimit");
    expect((await stack.up()).all).to.match(/2 unchanged/);
  });

  it("updates in place with variables that the server accepts", async () => {
    await stack.set("edition", "2");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(await journal()).to.equal("create\nupdate");
    expect(await stack.output("got")).to.equal("2 hidden-word");
  });

  it("runs nothing when the server refuses a variable", async () => {
    const refused = await upWith({ more: '{"SECRET_SAUCE": "x"}' });
    expect(refused.exitCode).not.to.equal(0);
    expect(refused.all).to.contain(
      'could not set environment variable "SECRET_SAUCE": ssh: setenv failed',
    );
    expect(await journal()).to.equal("create\nupdate");
  });

  it("continues without the last output when the server refuses it", async () => {
    await clearJournal();
    const updated = await upWith({ previous: "true" });
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(updated.all).to.contain("Unable to set 'PULUMI_COMMAND_STDOUT'");
    expect(await journal()).to.equal("update");
    expect((await stack.up()).exitCode).to.equal(0);
  });

  it("reports exit status, script and output, and keeps the old state", async () => {
    const failed = await upWith({ then: "echo no such luck; exit 7" });
    expect(failed.exitCode).not.to.equal(0);
    expect(failed.all).to.match(/Process exited with status 7: running ".*":[^]*no such luck/);
    const killed = await upWith({ then: "kill -KILL $$" });
    expect(killed.all).to.contain("Process exited with status 137 from signal KILL: running");
    expect((await stack.up()).all).to.match(/2 unchanged/);
  });

  it("refuses a server with another host key without running anything", async () => {
    await clearJournal();
    const other =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEiR8CLqQqx+I3zSGKoXmfNwMs5J0wk9Raw/hLjTpD0r";
    const key = server.hostKey;
    await stack.set("hostKey", other);
    const refused = await upWith({ limit: "1" });
    await stack.set("hostKey", key);
    expect(refused.exitCode).not.to.equal(0);
    expect(refused.all).to.contain("ssh: handshake failed: ssh: host key mismatch");
    expect(await journal()).to.equal("");
  });

  it("retries a refused port until the limit is reached", async () => {
    await stack.set("port", "1");
    const refused = await upWith({ limit: "3" });
    await stack.set("port", String(server.port));
    expect(refused.exitCode).not.to.equal(0);
    expect(refused.all).to.contain(
      "after 3 failed attempts: dial tcp 127.0.0.1:1: connect: connection refused",
    );
  });

  it("fails with a key that the server does not know", async () => {
    const known = server.privateKey;
    await stack.setSecret("privateKey", ANOTHER_KEY);
    const refused = await upWith({ limit: "0" });
    await stack.setSecret("privateKey", known);
    expect(refused.all).to.contain(
      "after 0 failed attempts: ssh: handshake failed: ssh: unable to authenticate, " +
        "attempted methods [none publickey], no supported methods remain",
    );
  });

  it("connects through a proxy", async () => {
    await clearJournal();
    await stack.set("proxy", "true");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(await journal()).to.equal("update");
  });

  it("replaces when a trigger changes, creating before it deletes", async () => {
    await clearJournal();
    await stack.set("trigger", "b");
    const replaced = await stack.up();
    expect(replaced.exitCode, replaced.all).to.equal(0);
    expect(await journal()).to.equal("create\ndelete");
  });

  it("lets a started command finish on the server when the engine is killed", async () => {
    await clearJournal();
    await stack.set("then", "sleep 5; echo finished >>/journal");
    const up = stack.up();
    await until(async () => (await journal()) === "update");
    up.kill("SIGKILL");
    await up;
    await until(async () => (await journal()) === "update\nfinished");
    await stack.pulumi("cancel", "--yes");
    await stack.unset("then");
    expect((await stack.up()).exitCode).to.equal(0);
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("it did not come to that in 60 s");
    await sleep(200);
  }
}

/** A key for this test only. */
const ANOTHER_KEY = ssh2.utils.generateKeyPairSync("ed25519").private;
