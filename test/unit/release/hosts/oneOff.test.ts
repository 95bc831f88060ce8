import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createScript, type InspectedContainer } from "../../../../release/hosts/oneOff.ts";

const APP: InspectedContainer = {
  Name: "/blue-green-prod-blue-1",
  Image: "sha256:1",
  Config: { User: "65534:65534", Env: ["A=it's", "KEY=line 1\nline 2\n", "PORT=8000"] },
  HostConfig: {
    NetworkMode: "blue-green-prod",
    Memory: 536870912,
    NanoCpus: 500000000,
    PidsLimit: 256,
    CapDrop: ["ALL"],
    CapAdd: null,
    SecurityOpt: ["no-new-privileges"],
    ReadonlyRootfs: true,
    Tmpfs: { "/tmp": "rw,nosuid,nodev,size=64m" },
    ExtraHosts: null,
  },
  Mounts: [],
};

const ONE_OFF = {
  name: "blue-green-prod-run-1",
  stack: "blue-green/prod",
  owner: { user: "ann", host: "laptop", pid: 1, space: "", started: "" },
  isTerminal: false,
  command: ["python", "-c", "print('a b')"],
};

/** What the script runs: the words of `docker`, its input, and one variable of its environment. */
function runScript(script: string) {
  const folder = mkdtempSync(join(tmpdir(), "blue-green-one-off-"));
  try {
    const fake = `#!/bin/sh\n{ printf '%s\\0' "$@"; echo; cat; printf '%s' "$KEY"; } >"$OUT"\n`;
    writeFileSync(join(folder, "docker"), fake, { mode: 0o755 });
    const out = join(folder, "out");
    const env = { PATH: `${folder}:${process.env["PATH"]}`, OUT: out };
    execFileSync("sh", { input: script, env });
    const [words = "", ...rest] = execFileSync("cat", [out], { encoding: "utf8" }).split("\n");
    return { words: words.split("\0").slice(0, -1), input: rest.join("\n") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the container of bluegreen run", () => {
  const { words, input } = runScript(createScript(APP, ONE_OFF));

  it("gets the environment of the app's, also values of several lines, and none in a command line", () => {
    expect(input).to.equal("A=it's\nPORT=8000\nline 1\nline 2\n");
    expect(words.slice(words.indexOf("--env"), words.indexOf("--env") + 2)).to.deep.equal([
      "--env",
      "KEY",
    ]);
    expect(words.join(" ")).not.to.include("line 1").and.not.to.include("8000");
  });

  it("is hardened as the app's, and has no port", () => {
    const line = words.join(" ");
    for (const option of [
      "--user 65534:65534 --cap-drop ALL --security-opt no-new-privileges --read-only",
      "--tmpfs /tmp:rw,nosuid,nodev,size=64m --memory 536870912b --cpus 0.5 --pids-limit 256",
      "--network blue-green-prod",
      "--rm --interactive",
      "--no-healthcheck",
    ]) {
      expect(line).to.include(option);
    }
    expect(line).not.to.include("--publish").and.not.to.include("blue-green.stack");
  });

  it("ends with the image and the command, word by word", () => {
    expect(words.slice(-4)).to.deep.equal(["sha256:1", "python", "-c", "print('a b')"]);
  });

  it("shares the app's volumes where there are some", () => {
    const withVolumes = createScript({ ...APP, Mounts: [{ Type: "volume" }] }, ONE_OFF);
    expect(withVolumes).to.include("'--volumes-from' 'blue-green-prod-blue-1'");
  });
});
