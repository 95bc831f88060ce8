import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import ssh2 from "ssh2";
import { deriveSshKey } from "../../../../components/machine/hostKeys.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

describe("a derived SSH key", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "blue-green-key-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("is readable by ssh-keygen, which derives the same public key", () => {
    const key = deriveSshKey(SECRET, "deploy");
    const file = join(folder, "key");
    writeFileSync(file, key.privateKey, { mode: 0o600 });
    const found = execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" });
    expect(found.trim()).to.equal(key.publicKey);
  });

  it("makes signatures that its public key verifies", () => {
    const { privateKey, publicKey } = deriveSshKey(SECRET, "deploy");
    const [signer, verifier] = [privateKey, publicKey].map((text) => ssh2.utils.parseKey(text));
    if (!signer || signer instanceof Error) throw new Error("no private key");
    if (!verifier || verifier instanceof Error) throw new Error("no public key");
    const text = Buffer.from("text");
    expect(verifier.verify(text, signer.sign(text))).to.equal(true);
    expect(verifier.verify(Buffer.from("other"), signer.sign(text))).to.equal(false);
  });

  it("is the same for the same secret and purpose, and different for any other", () => {
    const keys = [
      deriveSshKey(SECRET, "deploy"),
      deriveSshKey(SECRET, "host blue-1"),
      deriveSshKey(`${SECRET}0`, "deploy"),
    ];
    expect(deriveSshKey(SECRET, "deploy")).to.deep.equal(keys[0]);
    expect(new Set(keys.map(({ publicKey }) => publicKey)).size).to.equal(3);
    expect(new Set(keys.map(({ privateKey }) => privateKey)).size).to.equal(3);
  });
});
