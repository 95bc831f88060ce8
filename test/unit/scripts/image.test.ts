import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { scriptCall, scriptInput } from "../../../lib/hostScript.ts";
import type { ScriptValues } from "../../../lib/shell.ts";
import { eventually } from "../../helpers/asking.ts";

const PASSWORD = "hunter2-registry";

/** Stores the password as Docker does, and pulls until it is killed. */
const DOCKER = `#!/bin/sh
case $1 in
login) cat >"$DOCKER_CONFIG/config.json" ;;
pull) echo "$DOCKER_CONFIG" >"$STARTED.new"; mv "$STARTED.new" "$STARTED"; [ -z "$SLOW" ] || exec sleep 20 ;;
image) [ -e "$STARTED" ] && echo sha256:1 ;;
esac
`;

describe("the login to a private registry on a host", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-image-"));
    await writeFile(join(folder, "docker"), DOCKER);
    await chmod(join(folder, "docker"), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function pull(slow: string, more: ScriptValues = {}): ChildProcess {
    const values = {
      ...{ SETTING: "blue.image", IMAGE: "registry.example.com/app:v1", PULL_SECONDS: 30 },
      ...{ REGISTRY: "registry.example.com", REGISTRY_USER: "ann", ...more },
    };
    // A test in the background of a shell ignores SIGINT, and so would its children.
    const listens = process.platform === "linux" ? ["--default-signal=INT"] : [];
    const child = spawn("env", [...listens, "sh", "-c", scriptCall("up")], {
      env: {
        ...process.env,
        PATH: `${folder}:${process.env["PATH"]}`,
        STARTED: join(folder, "started"),
        SLOW: slow,
      },
      stdio: ["pipe", "ignore", "inherit"],
    });
    child.stdin?.end(scriptInput("image.sh", values, PASSWORD));
    return child;
  }

  const exists = (path: string) =>
    readdir(path).then(
      () => true,
      () => false,
    );

  /** The folder with the password, once the pull has begun. */
  async function started(): Promise<string> {
    const read = () => readFile(join(folder, "started"), "utf8").catch(() => "");
    return (await eventually("the pull", read, (text) => text !== "")).trim();
  }

  it("leaves nothing after a pull", async () => {
    const child = pull("");
    const [code] = (await once(child, "exit")) as [number];
    expect(code).to.equal(0);
    expect(await exists(await started())).to.equal(false);
  });

  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"] as const) {
    it(`leaves no password after ${signal}`, async () => {
      const child = pull("yes");
      const place = await started();
      expect(await readFile(join(place, "config.json"), "utf8")).to.equal(PASSWORD);
      child.kill(signal);
      await once(child, "exit");
      await eventually(
        "no password",
        () => exists(place),
        (is) => !is,
      );
    });
  }

  it("does not look up a tag that was pulled just now, unless the image is gone", async () => {
    const placeOf = async (more: ScriptValues) => {
      await once(pull("", more), "exit");
      return started();
    };
    const first = await placeOf({ PULLED: "yes" });
    expect(await placeOf({ PULLED: "yes" })).to.equal(first);
    expect(await placeOf({})).not.to.equal(first);
  });

  it("removes what an earlier run could not", async () => {
    const first = pull("yes");
    const left = join(await started(), "..", "blue-green-pull.99999999");
    first.kill();
    await once(first, "exit");
    await mkdir(left);
    await once(pull(""), "exit");
    expect(await exists(left)).to.equal(false);
  });
});
