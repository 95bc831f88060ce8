import { expect } from "chai";
import type { Color } from "../../../../lib/color.ts";
import type { ManagedRecord } from "../../../../components/digitalocean/tags.ts";
import {
  type Cloud,
  type ManagedRoute,
  type Member,
  switchRoute,
} from "../../../../components/digitalocean/switchRoute.ts";

/** A balancer that follows its tags with a delay, and cuts the open requests of removed members. */
class FakeCloud implements Cloud {
  readonly lines: string[] = [];
  readonly calls: string[] = [];
  /** Times at which no member answered. */
  readonly silentAt: number[] = [];
  time = 0;
  written: ManagedRecord | undefined;
  /** The delay between a tag and its effect. */
  admitMs = 8000;
  ejectMs = 7000;
  #members: Member[];
  readonly #changedAt = new Map<number, number>();
  #turn = 0;

  constructor(members: readonly Member[]) {
    this.#members = [...members];
  }

  members = () => Promise.resolve(this.#members);
  record = () => Promise.resolve(this.written);
  writeRecord = (record: ManagedRecord) => {
    this.written = record;
    this.calls.push(`record ${record.active}${record.previous ? ` from ${record.previous}` : ""}`);
    return Promise.resolve();
  };
  setLive = (ids: readonly number[], isLive: boolean) => this.#change("live", ids, { isLive });
  setReady = (ids: readonly number[], isReady: boolean) => this.#change("ready", ids, { isReady });
  /** Marks members as changed just before the switch. */
  changed = (...ids: readonly number[]) => {
    for (const id of ids) this.#changedAt.set(id, this.time);
  };
  ask = () => {
    const answering = this.#members.filter((member) => this.#takesRequests(member));
    if (answering.length === 0) this.silentAt.push(this.time);
    return Promise.resolve(answering[this.#turn++ % answering.length]?.color);
  };
  wait = (ms: number) => {
    this.time += ms;
    return Promise.resolve();
  };
  now = () => this.time;
  say = (line: string) => void this.lines.push(line);

  #takesRequests({ id, isLive, isReady }: Member): boolean {
    const since = this.time - (this.#changedAt.get(id) ?? -Infinity);
    return isLive && (isReady ? since >= this.admitMs : since < this.ejectMs);
  }

  #change(tag: string, ids: readonly number[], change: Partial<Member>): Promise<void> {
    if (ids.length === 0) return Promise.resolve();
    this.calls.push(`${Object.values(change)[0] ? "+" : "-"}${tag} ${ids.join(",")}`);
    for (const id of ids) this.#changedAt.set(id, this.time);
    this.#members = this.#members.map((one) =>
      ids.includes(one.id) ? { ...one, ...change } : one,
    );
    return Promise.resolve();
  }
}

const member = (id: number, color: Color, isIn: boolean): Member => ({
  id,
  color,
  isLive: isIn,
  isReady: isIn,
});
const BLUE_IS_LIVE = [
  member(1, "blue", true),
  member(2, "blue", true),
  member(3, "green", false),
  member(4, "green", false),
];
const TO_GREEN: ManagedRoute = {
  active: "green",
  members: [3, 4],
  generation: 7,
  gate: 6,
  drainSeconds: 30,
};

async function failureOf(work: Promise<void>): Promise<string> {
  return work.then(
    () => "none",
    (error: Error) => error.message,
  );
}

describe("a switch of a managed balancer", () => {
  it("attaches the new color before it drains the old one, and drains before it detaches", async () => {
    const cloud = new FakeCloud(BLUE_IS_LIVE);
    await switchRoute(TO_GREEN, cloud);
    expect(cloud.calls).to.deep.equal([
      "record green from blue",
      "+ready 3,4",
      "+live 3,4",
      "-ready 1,2",
      "-live 1,2",
      "record green",
    ]);
    expect(cloud.time).to.be.within(8000 + 7000 + 30_000, 8000 + 7000 + 45_000);
  });

  it("records when the old color lost its traffic", async () => {
    const cloud = new FakeCloud(BLUE_IS_LIVE);
    await switchRoute(TO_GREEN, cloud);
    expect(cloud.written).to.deep.equal({
      active: "green",
      generation: 7,
      gate: 6,
      lostAt: { blue: cloud.time, green: 0 },
    });
  });

  it("removes the new color again when the balancer does not start using it", async () => {
    const cloud = new FakeCloud(BLUE_IS_LIVE);
    cloud.admitMs = Infinity;
    const failure = await failureOf(switchRoute(TO_GREEN, cloud));
    expect(failure).to.include("green: the balancer does not answer with it 120 seconds after");
    expect(failure).to.include("The route is unchanged.");
    expect(
      (await cloud.members()).filter(({ isLive }) => isLive).map(({ id }) => id),
    ).to.deep.equal([1, 2]);
  });

  it("keeps both colors when the balancer keeps using the old one", async () => {
    const cloud = new FakeCloud(BLUE_IS_LIVE);
    cloud.ejectMs = Infinity;
    const failure = await failureOf(switchRoute(TO_GREEN, cloud));
    expect(failure).to.include("blue: the balancer still answers with it 60 seconds after");
    expect((await cloud.members()).every(({ isLive, isReady }) => isLive && isReady)).to.equal(
      true,
    );
    expect(cloud.written?.previous).to.equal("blue");
  });

  it("continues an earlier switch that was interrupted", async () => {
    const half = [member(1, "blue", true), member(3, "green", true), member(4, "green", false)];
    const cloud = new FakeCloud(half);
    await switchRoute(TO_GREEN, cloud);
    expect(cloud.calls).to.deep.equal([
      "record green from blue",
      "+ready 4",
      "+live 4",
      "-ready 1",
      "-live 1",
      "record green",
    ]);
  });

  it("waits for a color that joined in an earlier switch before it removes the other", async () => {
    const cloud = new FakeCloud(
      BLUE_IS_LIVE.map((one) => ({ ...one, isLive: true, isReady: true })),
    );
    cloud.changed(3, 4);
    await switchRoute(TO_GREEN, cloud);
    expect(cloud.calls).to.deep.equal([
      "record green from blue",
      "-ready 1,2",
      "-live 1,2",
      "record green",
    ]);
    expect(cloud.silentAt).to.deep.equal([]);
    expect(cloud.time).to.be.at.least(8000 + 7000 + 30_000);
  });

  it("waits for a drained color that rejoins before it removes the other", async () => {
    const drained = BLUE_IS_LIVE.map((one) => ({ ...one, isLive: true, isReady: one.id > 2 }));
    const cloud = new FakeCloud(drained);
    const times: number[] = [];
    cloud.say = () => void times.push(cloud.time);
    await switchRoute({ ...TO_GREEN, active: "blue", members: [1, 2] }, cloud);
    expect(cloud.calls.slice(1, 4)).to.deep.equal(["+ready 1,2", "+live 1,2", "-ready 3,4"]);
    const [join = 0, leave = 0] = times;
    expect(leave - join).to.be.at.least(30_000);
  });

  it("cleans up after a switch that was interrupted before its droplets had joined", async () => {
    const cloud = new FakeCloud(BLUE_IS_LIVE.map((one) => ({ ...one, isReady: true })));
    await switchRoute({ ...TO_GREEN, active: "blue", members: [1, 2] }, cloud);
    expect(cloud.calls).to.deep.equal(["record blue from blue", "-ready 3,4", "record blue"]);
  });

  it("stops as soon as a later up has written its record", async () => {
    const cloud = new FakeCloud(BLUE_IS_LIVE);
    const overtake = {
      active: "blue",
      generation: 8,
      gate: 6,
      lostAt: { blue: 0, green: 0 },
    } as const;
    const { ask } = cloud;
    cloud.ask = () => {
      cloud.written = overtake;
      return ask();
    };
    const failure = await failureOf(switchRoute(TO_GREEN, cloud));
    expect(failure).to.equal("A later pulumi up is changing the balancer, so this one stopped.");
    expect(cloud.calls).to.deep.equal(["record green from blue", "+ready 3,4", "+live 3,4"]);
    expect(cloud.written).to.equal(overtake);
  });

  it("starts from a balancer without members", async () => {
    const cloud = new FakeCloud([member(3, "green", false), member(4, "green", false)]);
    await switchRoute(TO_GREEN, cloud);
    expect(cloud.calls).to.deep.equal([
      "record green from none",
      "+ready 3,4",
      "+live 3,4",
      "record green",
    ]);
  });

  it("drains a host that leaves an active color, and adds a new one", async () => {
    const scaled = [member(3, "green", true), member(4, "green", true), member(5, "green", false)];
    const cloud = new FakeCloud(scaled);
    await switchRoute({ ...TO_GREEN, members: [3, 5] }, cloud);
    expect(cloud.calls).to.deep.equal([
      "record green from green",
      "+ready 5",
      "+live 5",
      "-ready 4",
      "-live 4",
      "record green",
    ]);
    // For the new host to join, for the old one to leave, and for its open requests.
    expect(cloud.time).to.be.at.least(3 * 30_000);
  });

  it("detects one old host among many new ones", async () => {
    const many = Array.from({ length: 30 }, (_, at) => member(100 + at, "green", false));
    const cloud = new FakeCloud([member(1, "blue", true), ...many]);
    const members = many.map(({ id }) => id);
    await switchRoute({ ...TO_GREEN, members }, cloud);
    // Of 248 consecutive answers, at most 30 came before the old host was ejected.
    expect(cloud.time).to.be.at.least(8000 + 7000 + 30_000 + (248 - 30) * 50);
  });
});
