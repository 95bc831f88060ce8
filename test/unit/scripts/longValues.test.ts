import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { CONTAINER_SCRIPTS, environmentFile } from "../../../components/service/appContainer.ts";
import { scriptText } from "../../../lib/hostScript.ts";
import { shellQuote } from "../../../lib/shell.ts";
import { MINIMAL, settingsFrom } from "../../helpers/settings.ts";

const KEY = '-----BEGIN KEY-----\nit\'s "$HOME" `id` \\n\r\n-----END KEY-----\n';

/** What `docker create` is called with, and the variable KEY in its environment. */
function startWith(long: string): { words: string; value: string } {
  const script = `set -eu
${CONTAINER_SCRIPTS.map(scriptText).join("")}
spec() { echo spec; }
user() { echo 1; }
attached() { :; }
look_at_user() { home=/home/app; }
docker() {
  [ "$1" = create ] || return 0
  printf '%s' "$*" >&3
  printf '%s' "$KEY" >&4
}
start
[ -z "\${KEY+set}" ]`;
  const names = [
    "INPUT",
    "CONTAINER",
    "HOST",
    "STACK",
    "COLOR",
    "GENERATION",
    "SETTINGS",
    "HEALTH",
  ];
  const others = ["MEMORY", "CPUS", "PIDS", "STOP_SECONDS", "IMAGE"];
  const values = Object.fromEntries([...names, ...others].map((name) => [name, name]));
  const unset = [
    "ENTRYPOINT",
    "COMMAND",
    "VOLUMES",
    "WRITABLE",
    "CAP_ADD",
    "PROCESS",
    "PROCESSES",
    "NODE",
  ];
  const empty = Object.fromEntries(unset.map((name) => [name, ""]));
  const env = { PATH: process.env["PATH"], ...values, ...empty, LONG: long, LONG_NAMES: "KEY" };
  const run = (streams: string) =>
    execFileSync("sh", ["-c", `exec ${streams}\n${script}`], { env, encoding: "utf8" });
  return { words: run("3>&1 4>/dev/null"), value: run("3>/dev/null 4>&1") };
}

describe("a value of several lines", () => {
  it("reaches the container byte for byte, and no command line", () => {
    const { words, value } = startWith(`export KEY=${shellQuote(KEY)}`);
    expect(value).to.equal(KEY);
    expect(words).to.contain("--env KEY ").and.not.to.contain("BEGIN");
  });

  it("is not in the environment file, which has one line for each value", () => {
    const { apps } = settingsFrom({ ...MINIMAL, app: { env: { KEY, A: " 'a b'=# " } } });
    expect(environmentFile("blue", apps.blue)).to.equal(
      "A= 'a b'=# \nDEPLOYMENT_COLOR=blue\nPORT=8000",
    );
  });
});
