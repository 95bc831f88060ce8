import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { scriptText } from "../../../lib/hostScript.ts";

/** The user that a container of an image gets. */
function userOf(own: string): string {
  const script = `set -eu
docker() { printf '%s\\n' "$OWN"; }
${scriptText("container-user.sh")}
user`;
  const env = { ...process.env, OWN: own, APP_USER: "", IMAGE: "sha256:1" };
  return execFileSync("sh", ["-c", script], { env, encoding: "utf8" }).trim();
}

describe("the user of an app's container", () => {
  it("is nobody for every way to write root", () => {
    const roots = ["", "0", "00", "+0", "root", "0:0", "00:1000", "+00:app", "root:app"];
    expect(roots.map(userOf)).to.deep.equal(roots.map(() => "65534:65534"));
  });

  it("has no rights of root's group", () => {
    const users = ["1000:0", "app:00", "1000:root", "app:+0"];
    expect(users.map(userOf)).to.deep.equal(["1000:65534", "app:65534", "1000:65534", "app:65534"]);
  });

  it("is the image's own otherwise", () => {
    const users = ["1000", "app", "1000:1000", "app:staff", "10:100", "+7:7"];
    expect(users.map(userOf)).to.deep.equal(users);
  });
});
