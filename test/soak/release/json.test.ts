import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startBluegreen } from "../../helpers/bluegreen.ts";
import { ReleasingStack } from "../../helpers/releasingStack.ts";

describe("--json", () => {
  let releases: ReleasingStack;

  before(async () => (releases = await ReleasingStack.create({ steps: [], watchSeconds: 0 })));
  after(() => releases.stack.remove());

  it("prints one object a line, with its time and kind, in every command on a stack", async () => {
    const { stack } = releases;
    const image = await releases.nextImage();
    await writeFile(join(stack.folder, "more.env"), "LOG_LEVEL=info\n");
    // With the exit codes that they have here.
    const calls: readonly (readonly [number, string, ...string[]])[] = [
      [1, "switch", "green"],
      [0, "release", "--image", image, "--dry-run"],
      [0, "release", "--image", image],
      [0, "status"],
      [0, "history"],
      [0, "logs"],
      [0, "doctor"],
      [0, "lock", "hold", "--reason", "audit"],
      [6, "release", "--image", image],
      [0, "lock", "release"],
      [0, "switch", "blue"],
      [0, "switch", "green"],
      [0, "rollback", "--now"],
      [0, "rollback", "--undo"],
      [0, "rollback"],
      [0, "refresh-config"],
      [0, "env", "set", "--file", "more.env"],
      [1, "promote"],
      [1, "resume"],
      [1, "abort"],
      [1, "retire"],
    ];
    for (const [code, ...words] of calls) {
      const { exitCode, all } = await startBluegreen(stack, [...words, "--yes", "--json"]);
      expect(exitCode, `${words.join(" ")}:\n${all}`).to.equal(code);
      const lines = all.split("\n").filter(Boolean);
      expect(lines, words.join(" ")).to.not.be.empty;
      for (const line of lines) {
        expect(JSON.parse(line), `${words.join(" ")}: ${line}`).to.include.keys("at", "event");
      }
    }
  });
});
