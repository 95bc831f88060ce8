import { expect } from "chai";
import { costOfOneMore, median, quantile, summarize } from "../../../../dev/bench/statistics.ts";

describe("bench statistics", () => {
  it("returns only quantiles that were measured", () => {
    const values = Array.from({ length: 100 }, (_, place) => 100 - place);
    expect(quantile(values, 0.5)).to.equal(50);
    expect(quantile(values, 0.99)).to.equal(99);
    expect(quantile(values, 1)).to.equal(100);
    expect(quantile([7], 0.01)).to.equal(7);
  });

  it("takes the middle value as the median, or the mean of the middle two", () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([1, 2, 10, 20])).to.equal(6);
  });

  it("has no figure without values", () => {
    expect(quantile([], 0.5)).to.be.NaN;
    expect(median([])).to.be.NaN;
    expect(summarize([])).to.include({ count: 0 });
  });

  it("does not reorder the values", () => {
    const values = [3, 1, 2];
    median(values);
    quantile(values, 0.5);
    expect(values).to.deep.equal([3, 1, 2]);
  });

  it("finds the marginal cost of one more, without the fixed cost", () => {
    expect(costOfOneMore({ count: 2, cost: 120 }, { count: 20, cost: 300 })).to.equal(10);
  });
});
