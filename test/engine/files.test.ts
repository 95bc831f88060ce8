import { expect } from "chai";
import { buildWritingApp } from "../helpers/writingImage.ts";
import { TestStack, docker } from "../helpers/testStack.ts";

/** What `buildWritingApp`'s server answers. */
interface Facts {
  readonly words: readonly string[];
  readonly home: string;
  readonly uid: number;
  readonly files: readonly string[];
  readonly tmpMb: number;
  readonly shipped: boolean;
  readonly capabilities: string;
}

describe("an image that runs as root, writes files and declares a VOLUME", () => {
  let stack: TestStack;
  const app = {
    entrypoint: "python3 server.py",
    command: ["two words", "it's"],
    writablePaths: ["/srv/app"],
    volumes: [{ name: "uploads", path: "/data" }],
    tmpMb: 32,
    capAdd: ["NET_BIND_SERVICE"],
  };
  const volume = () => `blue-green-${stack.name}-volume-uploads`;
  const ask = async (url: string) => (await (await fetch(url)).json()) as Facts;
  const post = (name: string) => fetch(`${stack.url}/${name}`, { method: "POST", body: name });

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildWritingApp("v1"), count: 2 },
      app: {},
      smoke: [{ path: "/" }],
    });
  });
  after(async () => {
    await stack.remove();
  });

  it("is refused before it runs, with the settings that keep its files or give them up", async () => {
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include("keeps files in /data (VOLUME)");
    expect(output).to.include("pulumi config set --path 'app.volumes[0].path' /data");
    expect(output).to.include("pulumi config set --path 'app.writablePaths[0]' /data");
    expect(await stack.containers("blue")).to.deep.equal({});
  });

  it("gets the name of the one setting when it can't write to its working directory", async () => {
    await stack.set({ app: { ...app, writablePaths: [] } });
    const { output } = await stack.up("--skip-preview");
    expect(output).to.include("pulumi config set --path 'app.writablePaths[0]' /srv/app");
  });

  it("works with it, and keeps what the image has there", async () => {
    await stack.set({ app });
    await stack.mustUp();
    const facts = await ask(stack.url);
    expect(facts).to.deep.include({
      uid: 65534,
      home: "/tmp",
      tmpMb: 32,
      shipped: true,
      files: [],
    });
    expect(facts.words).to.deep.equal(["two words", "it's"]);
    expect(facts.capabilities).to.equal("0000000000000400");
  });

  it("shows each upload from every container of both colors, through a switch", async () => {
    for (const name of ["a", "b", "c"]) expect((await post(name)).status).to.equal(200);
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask(stack.url)));
    for (const { files } of asked) expect(files).to.deep.equal(["a", "b", "c"]);
    await stack.set({ green: { image: await buildWritingApp("v2"), count: 1 } });
    await stack.mustUp();
    expect((await ask(stack.previewUrl)).files).to.deep.equal(["a", "b", "c"]);
    await stack.set({ activeColor: "green" });
    await stack.mustUp();
    await post("d");
    expect((await ask(stack.previewUrl)).files).to.deep.equal(["a", "b", "c", "d"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("is refused for a color that runs as another user, whose files they are not", async () => {
    const image = await buildWritingApp("v3", "1234");
    await stack.set({ blue: { image, count: 1 } });
    const { output } = await stack.up("--skip-preview");
    expect(output).to.include("pulumi config set --path app.user 65534:65534");
    await stack.set({ blue: { image: await buildWritingApp("v1"), count: 1 } });
    await stack.mustUp();
  });

  it("leaves no anonymous volume behind, and its files only until they are asked away", async () => {
    const { output } = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    expect(output).not.to.include("error");
    expect(await stack.leftovers()).to.deep.equal([`volume ${volume()}`]);
    const files = await docker(
      "run",
      "--rm",
      "-v",
      `${volume()}:/v`,
      "blue-green-writing:v1",
      "ls",
      "/v",
    );
    expect(files.split("\n").filter(Boolean)).to.deep.equal(["a", "b", "c", "d"]);
    await stack.mustUp();
    expect((await ask(stack.url)).files).to.deep.equal(["a", "b", "c", "d"]);
    await stack.start(["destroy", "--yes", "--stack", stack.name], {
      BLUEGREEN_REMOVE_VOLUMES: "yes",
    });
    expect(await stack.leftovers()).to.deep.equal([]);
  });
});
