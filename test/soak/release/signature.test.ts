import { copyFile, chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { checkSignature } from "../../../components/service/imageSignature.ts";
import { docker } from "../../../dev/emulators/docker.ts";
import { type Registry, startRegistry } from "../../../dev/emulators/registry/registry.ts";
import { cosign as buildCosign } from "../../../dev/setup/pipelineTools.mjs";
import { bluegreen } from "../../helpers/bluegreen.ts";
import { buildApp } from "../../helpers/images.ts";
import { TestStack } from "../../helpers/testStack.ts";

const LOGIN = { user: "ann", password: "registry-4711" };
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** With the real cosign and Debian's registry. */
describe("signatures of images", function () {
  this.timeout(20 * 60_000);
  const variables = ["PATH", "SSL_CERT_FILE", "DOCKER_CONFIG"] as const;
  const kept = variables.map((name) => [name, process.env[name]] as const);
  let folder: string;
  let registry: Registry;
  let stack: TestStack | undefined;
  let key: string;
  let signed: string;
  let unsigned: string;

  const cosign = (...words: readonly string[]) =>
    execa("cosign", words, { cwd: folder, env: { COSIGN_PASSWORD: "" } });
  const sign = (image: string) =>
    cosign("sign", "--key", "cosign.key", "--tlog-upload=false", "--yes", image);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-signed-"));
    await copyFile(await buildCosign(), join(folder, "cosign"));
    await chmod(join(folder, "cosign"), 0o755);
    process.env["PATH"] = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
    const name = `blue-green-signed-${process.pid}`;
    registry = await startRegistry({ name, labels: {}, network: "bridge", login: LOGIN });
    await docker("cp", `${registry.id}:/etc/registry/authority.crt`, join(folder, "authority.crt"));
    process.env["SSL_CERT_FILE"] = join(folder, "authority.crt");
    const auth = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
    const config = JSON.stringify({ auths: { [await registry.localAddress()]: { auth } } });
    await writeFile(join(folder, "config.json"), config, { mode: 0o600 });
    process.env["DOCKER_CONFIG"] = folder;
    await cosign("generate-key-pair");
    key = await readFile(join(folder, "cosign.pub"), "utf8");
    [signed, unsigned] = [await push("v1"), await push("v2")];
    await sign(signed);
  });
  after(async () => {
    await stack?.remove();
    await registry.remove();
    for (const [name, value] of kept) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await rm(folder, { recursive: true });
  });

  /** @returns the image by digest, as this machine reaches it. */
  async function push(version: string): Promise<string> {
    const tag = await buildApp(version);
    await registry.push(tag);
    const local = `${await registry.localAddress()}/${tag}`;
    await docker("pull", "--quiet", local);
    const digests = await docker("inspect", "--format", "{{json .RepoDigests}}", local);
    const own = (JSON.parse(digests) as string[]).find((one) =>
      local.startsWith(one.split("@")[0]!),
    );
    return own!;
  }

  const check = (image: string, publicKey = key) =>
    checkSignature({ setting: "green.image", image, key: publicKey }, "").then(
      () => "signed",
      (error: Error) => error.message,
    );

  it("refuse an image that is not signed, before anything of it runs", async () => {
    stack = await TestStack.create(
      { activeColor: "blue", cosignKey: key, blue: { image: signed, count: 1 } },
      {
        PATH: process.env["PATH"] ?? "",
        SSL_CERT_FILE: join(folder, "authority.crt"),
        DOCKER_CONFIG: folder,
      },
    );
    await stack.mustUp();
    expect(await stack.previewSteps()).to.deep.equal([]);

    await stack.set({ green: { image: unsigned, count: 1 } });
    const up = await stack.up("--skip-preview");
    expect(up.ok).to.equal(false);
    expect(up.output).to.include(`green.image: ${unsigned} is not signed`);
    const all = await docker("ps", "--all", "--format", "{{.Names}}");
    expect(all.split("\n")).not.to.include(`blue-green-${stack.name}-green-1`);

    await stack.set({ green: undefined });
    await stack.mustUp();
    const release = await bluegreen(stack, "release", "--image", unsigned, "--dry-run");
    expect(release.code).to.equal(1);
    expect(release.output).to.include(`--image: ${unsigned} is not signed`);
  });

  it("let a signed image through, and the plan says that it was checked", async () => {
    await sign(unsigned);
    const release = await bluegreen(stack!, "release", "--image", unsigned, "--dry-run");
    expect(release.code, release.output).to.equal(0);
    expect(release.output).to.match(/1\. deploy .*and no traffic; signature checked/);
  });

  it("are refused by another key, and for another digest", async () => {
    const other = await mkdtemp(join(folder, "other-"));
    await execa("cosign", ["generate-key-pair"], { cwd: other, env: { COSIGN_PASSWORD: "" } });
    const otherKey = await readFile(join(other, "cosign.pub"), "utf8");
    expect(await check(signed, otherKey))
      .to.include("no signature of")
      .and.include("cosignKey");

    const third = await push("v3");
    expect(await check(third)).to.include("is not signed");
    await moveSignature(signed, third);
    expect(await check(third)).to.include(`the signature beside ${third} is of another image`);
    expect(await check(signed)).to.equal("signed");
  });

  it("can't be read without the registry, with the right login, or in time", async () => {
    const wrong = { server: await registry.localAddress(), username: "ann" };
    const denied = checkSignature({ setting: "--image", image: signed, key, registry: wrong }, "x");
    expect(await denied.catch((error: Error) => error.message)).to.match(
      /could not be read from its registry[\s\S]*(401|UNAUTHORIZED|authentication)/i,
    );
    await docker("stop", registry.id);
    expect(await check(signed)).to.match(/could not be read from its registry[\s\S]*refused/);
  });

  /** Puts the signature of one image where cosign looks for that of another. */
  async function moveSignature(from: string, to: string): Promise<void> {
    const url = (image: string) => {
      const [repository = "", digest = ""] = image.split("@");
      const [host = "", ...path] = repository.split("/");
      return `https://${host}/v2/${path.join("/")}/manifests/${digest.replace(":", "-")}.sig`;
    };
    const words = ["--fail", "--silent", "--user", `${LOGIN.user}:${LOGIN.password}`];
    const common = [...words, "--cacert", join(folder, "authority.crt")];
    const { stdout } = await execa(
      "curl",
      [...common, "--header", `Accept: ${MANIFEST}`, url(from)],
      {
        stripFinalNewline: false,
      },
    );
    const put = ["--request", "PUT", "--header", `Content-Type: ${MANIFEST}`];
    await execa("curl", [...common, ...put, "--data-binary", "@-", url(to)], { input: stdout });
  }
});
