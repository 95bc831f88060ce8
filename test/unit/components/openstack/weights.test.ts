import { expect } from "chai";
import {
  LARGEST_WEIGHT,
  shareOfWeights,
  weightsFor,
} from "../../../../components/openstack/weights.ts";

const PAIR = { active: 2, canary: 2 };

describe("the weights of a shared pool", () => {
  it("send nothing to one of the colors at 0 and 100 percent", () => {
    expect(weightsFor(0, PAIR)).to.deep.equal({ active: LARGEST_WEIGHT, canary: 0 });
    expect(weightsFor(100, PAIR)).to.deep.equal({ active: 0, canary: LARGEST_WEIGHT });
  });

  it("are exact where whole numbers allow it", () => {
    expect(weightsFor(50, PAIR)).to.deep.equal({ active: 1, canary: 1 });
    expect(weightsFor(5, PAIR)).to.deep.equal({ active: 19, canary: 1 });
    expect(weightsFor(12.5, PAIR)).to.deep.equal({ active: 7, canary: 1 });
    expect(weightsFor(80, PAIR)).to.deep.equal({ active: 1, canary: 4 });
  });

  it("account for the number of members of each color", () => {
    expect(weightsFor(25, { active: 3, canary: 1 })).to.deep.equal({ active: 1, canary: 1 });
    expect(weightsFor(10, { active: 2, canary: 4 })).to.deep.equal({ active: 18, canary: 1 });
  });

  it("are within a tenth of a percent from 1 to 99 percent", () => {
    for (let tenths = 10; tenths <= 990; tenths++) {
      const share = shareOfWeights(weightsFor(tenths / 10, PAIR), PAIR);
      expect(Math.abs(share - tenths / 10), `${tenths / 10} %`).to.be.at.most(0.1);
    }
  });

  it("always send something to both colors in between", () => {
    const { active, canary } = weightsFor(0.1, PAIR);
    expect([active, canary]).to.deep.equal([LARGEST_WEIGHT, 1]);
    expect(shareOfWeights({ active, canary }, PAIR)).to.be.closeTo(0.389, 0.001);
  });
});
