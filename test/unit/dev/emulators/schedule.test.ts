import { expect } from "chai";
import { Schedule } from "../../../../dev/emulators/schedule.ts";

const BETWEEN = { from: 2000, to: 5000 };

describe("the emulator's schedule", () => {
  const drawn = (seed: number): number[] => {
    const schedule = new Schedule(seed, () => {});
    return Array.from({ length: 200 }, () => schedule.draw(BETWEEN));
  };

  it("draws delays over the whole window, identical for the same seed", () => {
    const delays = drawn(7);
    expect(Math.min(...delays)).to.be.within(2000, 2100);
    expect(Math.max(...delays)).to.be.within(4900, 5000);
    expect(drawn(7)).to.deep.equal(delays);
    expect(drawn(8)).not.to.deep.equal(delays);
    expect(new Schedule(7, () => {}).draw(30)).to.equal(30);
  });

  it("starts nothing after it was stopped, and waits for what is running", async () => {
    const happened: string[] = [];
    const schedule = new Schedule(1, () => {});
    schedule.after(5, "late", () => void happened.push("late"));
    schedule.now("begun", async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      happened.push("begun");
    });
    await schedule.stop();
    schedule.after(0, "too late", () => void happened.push("too late"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(happened).to.deep.equal(["begun"]);
  });

  it("reports an error with its source, and continues", async () => {
    const errors: string[] = [];
    const schedule = new Schedule(1, (what, error) => errors.push(`${what}: ${String(error)}`));
    schedule.now("starting", () => Promise.reject(new Error("no")));
    schedule.now("telling", () => {
      throw new Error("never");
    });
    await schedule.stop();
    expect(errors).to.have.members(["starting: Error: no", "telling: Error: never"]);
  });
});
