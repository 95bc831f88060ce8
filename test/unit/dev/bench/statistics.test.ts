import { expect } from "chai";
import { costOfOneMore, median, quantile, summarize } from "../../../../dev/bench/statistics.ts";

describe("bench statistics", () => {
  it("gives quantiles that really occurred", () => {
    const values = Array.from({ length: 100 }, (_, place) => 100 - place);
    expect(quantile(values, 0.5)).to.equal(50);
    expect(quantile(values, 0.99)).to.equal(99);
    expect(quantile(values, 1)).to.equal(100);
    expect(quantile([7], 0.01)).to.equal(7);
  });

  it("takes the middle as median, or the mean of the two there", () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([1, 2, 10, 20])).to.equal(6);
  });

  it("has no figure for nothing", () => {
    expect(quantile([], 0.5)).to.be.NaN;
    expect(median([])).to.be.NaN;
    expect(summarize([])).to.include({ count: 0 });
  });

  it("leaves the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    quantile(values, 0.5);
    expect(values).to.deep.equal([3, 1, 2]);
  });

  it("finds what one more costs, without what all cost together", () => {
    expect(costOfOneMore({ count: 2, cost: 120 }, { count: 20, cost: 300 })).to.equal(10);
  });
});
