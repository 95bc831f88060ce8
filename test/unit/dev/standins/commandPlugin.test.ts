import { expect } from "chai";
import { localCommand } from "../../../../dev/standins/command/localCommand.ts";
import { trimNewline } from "../../../../dev/standins/command/output.ts";
import { changesBetween } from "../../../../dev/standins/provider/diff.ts";
import type { Context } from "../../../../dev/standins/provider/resource.ts";
import { reveal, secret, UNKNOWN, type Values } from "../../../../dev/standins/provider/values.ts";
import { checkOf, context } from "./pluginContext.ts";

const stateOf = async (inputs: Values, given?: Context) =>
  (await localCommand.create(inputs, given ?? context())).state;

describe("the command plugin's stand-in", () => {
  it("trims the last newline of the output, and puts the resource's name in its id", async () => {
    const { id, state } = await localCommand.create({ create: "echo a; echo b >&2" }, context());
    expect(id).to.match(/^web[0-9a-f]{8}$/);
    expect(state).to.deep.equal({ create: "echo a; echo b >&2", stdout: "a", stderr: "b" });
    expect([trimNewline("a\n\n"), trimNewline("a")]).to.deep.equal(["a\n", "a"]);
  });

  it("runs nothing in a preview and leaves the output unknown", async () => {
    const inputs = { create: "echo never > /dev/full" };
    const state = await stateOf(inputs, context({ preview: true }));
    expect(state).to.deep.equal({ ...inputs, stdout: UNKNOWN, stderr: UNKNOWN });
  });

  it("fails with the script, its output and how it ended", async () => {
    const failing = localCommand.create({ create: 'echo "no"; exit 3' }, context());
    const error = await failing.then(
      () => expect.fail("did not fail"),
      (problem: Error) => problem,
    );
    expect(error.message).to.equal('exit status 3: running "echo \\"no\\"; exit 3":\nno\n');
  });

  it("passes secrets to the script and keeps them secret in the state", async () => {
    const inputs = { create: 'cat; echo " $KEY"', stdin: secret("in"), environment: { KEY: "k" } };
    const state = await stateOf(inputs);
    expect(state["stdin"]).to.deep.equal(secret("in"));
    expect(state["stdout"]).to.equal("in k");
  });

  it("logs the configured streams line by line", async () => {
    const create = "echo out; echo err >&2; printf rest";
    const all = context();
    await localCommand.create({ create }, all);
    expect(all.lines.sort()).to.deep.equal(["err", "out", "rest"]);
    const none = context();
    await localCommand.create({ create, logging: "none" }, none);
    expect(none.lines).to.deep.equal([]);
    const stderr = context();
    await localCommand.create({ create, logging: "stderr" }, stderr);
    expect(stderr.lines).to.deep.equal(["err"]);
  });

  it("passes the last run's output to an update, unless disabled", async () => {
    const update = 'printf "%s/%s" "$PULUMI_COMMAND_STDOUT" "$PULUMI_COMMAND_STDERR"';
    const state = { stdout: "out", stderr: "" };
    const updated = await localCommand.update("id", { update }, state, context());
    expect(updated["stdout"]).to.equal("out/");
    const hidden = { update, addPreviousOutputInEnv: false };
    expect((await localCommand.update("id", hidden, state, context()))["stdout"]).to.equal("/");
  });

  it("reruns create when there is no update, and runs nothing when there is neither", async () => {
    const state = { create: "echo 1", stdout: "1", stderr: "" };
    const again = await localCommand.update("id", { create: "echo 2" }, state, context());
    expect(again["stdout"]).to.equal("2");
    expect((await localCommand.update("id", {}, state, context()))["stdout"]).to.equal("1");
  });

  it("previews an update with unknown output only when an earlier input changes", async () => {
    const state = { create: "echo 1", stdout: "1", stderr: "" };
    const preview = context({ preview: true });
    const changed = await localCommand.update("id", { create: "echo 2" }, state, preview);
    expect(changed["stdout"]).to.equal(UNKNOWN);
    const same = await localCommand.update("id", { create: "echo 1", dir: "/" }, state, preview);
    expect(same["stdout"]).to.equal("1");
  });

  it("runs the configured interpreter, and kills it when cancelled", async () => {
    const interpreter = ["/bin/sh", "-e", "-c"];
    const failing = localCommand.create({ interpreter, create: "false; echo on" }, context());
    expect(await failing.catch((error: Error) => error.message)).to.match(/^exit status 1: /);
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 50);
    const stopped = localCommand.create(
      { create: "exec sleep 30" },
      context({ cancelled: cancel.signal }),
    );
    expect(await stopped.catch((error: Error) => error.message)).to.match(/^signal: killed: /);
  });

  it("names every unsupported input", () => {
    const { failures } = checkOf(localCommand, {
      create: 1,
      logging: "loud",
      environment: { A: 1 },
      stdin: UNKNOWN,
      triggers: [1, { a: 2 }],
      assetPaths: ["*"],
      creat: "x",
    });
    expect(failures.map(({ property }) => property)).to.deep.equal([
      ...["create", "logging", "environment", "assetPaths", "creat"],
    ]);
  });

  it("detects changes down to the entry of a map or list", () => {
    const olds = {
      create: "a",
      environment: { A: "1", B: "2" },
      triggers: ["x"],
      stdin: secret("s"),
    };
    const news = {
      create: "a",
      environment: { A: "9", "C.d": "3" },
      triggers: ["x", UNKNOWN],
      stdin: secret("t"),
      __internal: "x",
    };
    expect(Object.fromEntries(changesBetween(olds, news))).to.deep.equal({
      "environment.A": "update",
      "environment.B": "delete",
      'environment["C.d"]': "add",
      "triggers[1]": "add",
      stdin: "update",
    });
    expect(changesBetween(olds, structuredClone(olds)).size).to.equal(0);
  });

  it("replaces only for triggers", () => {
    const olds = { create: "a", triggers: ["x"] };
    const replaces = (news: Values) =>
      [...localCommand.diff(news, { inputs: olds, state: olds }).replaces].join();
    expect(replaces({ create: "a", triggers: ["y"] })).to.equal("triggers");
    expect(replaces({ create: "b", triggers: ["x"] })).to.equal("");
  });

  it("finds secrets at any depth", () => {
    expect(reveal({ a: [secret("x"), { b: secret("y") }] })).to.deep.equal({
      a: ["x", { b: "y" }],
    });
  });
});
