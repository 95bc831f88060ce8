import { expect } from "chai";
import { LABEL } from "../../../dev/emulators/labels.ts";
import { labelled } from "../../../dev/emulators/machine/remove.ts";
import { DemoFolder } from "../../helpers/demoFolder.ts";
import { MOST_CUT } from "../../helpers/traffic.ts";

describe("the demo on OVH without an account", function () {
  this.timeout(1_200_000);
  let folder: DemoFolder;

  before(async () => (folder = await DemoFolder.make()));
  after(() => folder.remove());

  it("shows a release behind Octavia and behind an edge, with a canary in both", async () => {
    const tour = folder.npm("demo", "--target", "ovh");
    const { run } = await folder.traces();
    const { exitCode, all } = await tour;
    console.log(all.replace(/^/gm, "      "));
    expect(exitCode).to.equal(0);
    const [toGreen, back, ...edge] = failedIn(all);
    expect([toGreen, back].every((count) => count !== undefined && count <= MOST_CUT)).to.equal(
      true,
    );
    expect(edge).to.deep.equal([0, 0]);
    expect(all).to.match(/^ +old color after the switch( +0){4}$/m);
    for (const pool of ["blue", "green", "shared"]) {
      expect(all).to.contain(`its listener sends users to the pool ${pool}\n`);
    }
    expect(all.match(/of 200 requests, blue answered \d+ and green answered \d+/g)).to.have.length(
      2,
    );
    expect(all.match(/^ +The project holds now:\n +nothing$/gm)).to.have.length(2);
    expect(await labelled(`${LABEL}=${run}`)).to.deep.equal([]);
  });
});

/** The failed requests in each column of the table. */
function failedIn(output: string): number[] {
  const row = /^ +failed requests((?: +[\d,]+){4})$/m.exec(output)?.[1] ?? "";
  return row.trim().split(/ +/).map(Number);
}
