import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { THIS_MACHINE } from "../../../../components/machine/exec.ts";
import { hostImages } from "../../../../release/hosts/images.ts";

describe("the images of a host", () => {
  const { PATH } = process.env;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-docker-"));
    process.env["PATH"] = `${folder}:${PATH}`;
  });
  afterEach(async () => {
    process.env["PATH"] = PATH;
    await rm(folder, { recursive: true });
  });

  /** A Docker with two containers, of which one is removed after it was listed, so often. */
  async function installDocker(removed: number): Promise<void> {
    const script = `#!/bin/sh
case $1 in
  image) printf 'sha256:1\\tapp\\tv1\\t<none>\\n' ;;
  ps) echo a b ;;
  inspect)
    echo x >>${folder}/inspected
    echo sha256:1
    [ "$(wc -l <${folder}/inspected)" -gt ${removed} ] || { echo "Error: No such container: b" >&2; exit 1; }
    echo sha256:2 ;;
esac
`;
    await writeFile(join(folder, "docker"), script);
    await chmod(join(folder, "docker"), 0o755);
  }

  it("are known although a container is removed while they are listed", async () => {
    await installDocker(2);
    const { rows, inUse } = await hostImages(THIS_MACHINE);
    expect(rows).to.deep.equal([
      { id: "sha256:1", repository: "app", tag: "v1", digest: "<none>" },
    ]);
    expect([...inUse]).to.include.members(["sha256:1", "sha256:2"]);
  });

  it("are not known while Docker does not say which are in use", async () => {
    await installDocker(99);
    const error = await hostImages(THIS_MACHINE).catch((thrown: Error) => thrown.message);
    expect(error).to.include("No such container: b");
  });
});
