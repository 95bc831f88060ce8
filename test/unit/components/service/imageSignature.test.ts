import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import {
  checkSignature,
  requireCosign,
  signatureProblem,
} from "../../../../components/service/imageSignature.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const KEY = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ==\n-----END PUBLIC KEY-----\n";
const CHECK = { setting: "green.image", image: `registry.example.com/app@${DIGEST}`, key: KEY };

describe("the signature of an image", () => {
  let folder: string;
  const path = process.env["PATH"] ?? "";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-signature-"));
  });
  afterEach(async () => {
    process.env["PATH"] = path;
    await rm(folder, { recursive: true });
  });

  /** A program of this name in place of cosign. */
  async function cosign(script: string): Promise<void> {
    const file = join(folder, "cosign");
    await writeFile(file, `#!/bin/sh\n[ "$1" != version ] || exit 0\n${script}\n`);
    await chmod(file, 0o755);
    process.env["PATH"] = `${folder}${delimiter}${path}`;
  }

  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => "",
      (error: Error) => error.message,
    );

  it("is checked against the key, by digest, with the registry's login in a file alone", async () => {
    await cosign(`{ echo "$@"; cat "$3" "$DOCKER_CONFIG/config.json"; } >${folder}/said`);
    const registry = { server: "registry.example.com", username: "ann" };
    await checkSignature({ ...CHECK, registry }, "a secret");
    const said = await readFile(join(folder, "said"), "utf8");
    const [words = "", ...rest] = said.split("\n");
    expect(words).to.match(/^verify --key \S+ --insecure-ignore-tlog=true registry\S+@sha256:a+$/);
    expect(words).not.to.include("a secret");
    expect(rest.join("\n")).to.include(KEY);
    const auth = Buffer.from("ann:a secret").toString("base64");
    expect(said).to.include(`{"auths":{"registry.example.com":{"auth":"${auth}"}}}`);
    const [, keyFile = ""] = /--key (\S+)/.exec(words) ?? [];
    expect(await refusal(readFile(keyFile))).to.include("ENOENT");
  });

  it("can't be checked without cosign, which the message says before anything else", async () => {
    process.env["PATH"] = folder;
    expect(await refusal(requireCosign())).to.match(
      /^cosignKey: .*not installed on this machine.*Install it: .*pulumi config rm cosignKey$/,
    );
  });

  it("is required of an image that is in no registry", async () => {
    await cosign("exit 0");
    for (const image of ["app:1", DIGEST]) {
      expect(await refusal(checkSignature({ ...CHECK, image }, ""))).to.include(
        "is in no registry",
      );
    }
  });

  // The answers of cosign 2.5.3.
  const answers = [
    ["no signatures found", "is not signed, and cosignKey requires a signature"],
    [
      "no matching signatures: invalid signature when validating ASN.1 encoded signature",
      "is by the key cosignKey",
    ],
    [
      `no matching signatures: invalid or missing digest in claim: sha256:${"b".repeat(64)}`,
      "is of another image",
    ],
    [
      'Get "https://registry.example.com/v2/": dial tcp 192.0.2.1:443: connect: connection refused',
      "could not be read from its registry",
    ],
    ["loading public key: pem to public key: PEM decoding failed", "is no public key"],
  ] as const;
  for (const [answer, meaning] of answers) {
    it(`is refused with its reason and remedy: ${meaning}`, async () => {
      const stderr = `WARNING: x\nError: ${answer}\nerror during command execution: ${answer}\n`;
      await cosign(`cat >&2 <<'END'\n${stderr}END\nexit 10`);
      const problem = await refusal(checkSignature(CHECK, ""));
      expect(problem).to.equal(signatureProblem(CHECK, { code: 10, stderr }));
      expect(problem)
        .to.match(/^green\.image: /)
        .and.include(meaning);
      expect(problem).to.include(`cosign says: ${answer}`);
    });
  }

  it("is no problem where cosign finds it", () => {
    expect(signatureProblem(CHECK, { code: 0, stderr: "WARNING: x" })).to.equal(undefined);
  });

  it("needs a key in PEM", () => {
    expect(settingsFrom({ ...MINIMAL, cosignKey: KEY }).cosignKey).to.equal(KEY);
    expect(() => settingsFrom({ ...MINIMAL, cosignKey: "cosign.pub" })).to.throw(
      /cosignKey: must be a public key in PEM.*pulumi config set --plaintext cosignKey -- "\$\(cat cosign.pub\)"/s,
    );
  });
});
