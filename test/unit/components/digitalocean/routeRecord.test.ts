import { expect } from "chai";
import {
  formatRouteTag,
  isRouteTag,
  type ManagedRecord,
  readRouteTag,
} from "../../../../components/digitalocean/tags.ts";

const STACK = "blue-green:prod";
const RECORD: ManagedRecord = {
  active: "green",
  generation: 1_763_700_000_000,
  gate: 1_763_600_000_000,
  lostAt: { blue: 1_763_700_000_001, green: 0 },
};

describe("the record of a managed balancer", () => {
  it("is a tag that the vendor allows, and reads back the same", () => {
    for (const record of [RECORD, { ...RECORD, previous: "blue" as const }]) {
      const tag = formatRouteTag(STACK, record);
      expect(tag).to.match(/^[A-Za-z0-9:_-]{1,255}$/);
      expect(readRouteTag(STACK, ["other", tag])).to.deep.equal(record);
    }
  });

  it("is the latest one, and the final one once a switch has ended", () => {
    const later = { ...RECORD, generation: RECORD.generation + 1 };
    const begun = { ...RECORD, previous: "blue" as const };
    const tags = (records: readonly ManagedRecord[]) =>
      records.map((record) => formatRouteTag(STACK, record));
    expect(readRouteTag(STACK, tags([RECORD, later]))).to.deep.equal(later);
    expect(readRouteTag(STACK, tags([begun, RECORD]))).to.deep.equal(RECORD);
    expect(readRouteTag(STACK, tags([RECORD, begun]))).to.deep.equal(RECORD);
  });

  it("ignores tags of other stacks and unrelated tags", () => {
    const tags = [formatRouteTag("blue-green:test", RECORD), `${STACK}:route:red:x`, STACK];
    expect(readRouteTag(STACK, tags)).to.equal(undefined);
    expect(isRouteTag(STACK, `${STACK}:live`)).to.equal(false);
  });
});
