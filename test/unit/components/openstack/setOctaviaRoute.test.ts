import { expect } from "chai";
import type { Color } from "../../../../lib/color.ts";
import {
  type ListenerState,
  type PoolName,
  realRoute,
} from "../../../../components/openstack/listenerRoute.ts";
import type { ListenerRecord } from "../../../../components/openstack/listenerRecord.ts";
import {
  type Listener,
  setOctaviaRoute,
  type WantedRoute,
} from "../../../../components/openstack/setOctaviaRoute.ts";
import { parseRoute } from "../../../../lib/route.ts";

function wanted(entry: string, generation = "2026-11-21T11:00:00.000Z"): WantedRoute {
  const route = parseRoute(entry);
  if (!route) throw new Error(`no route ${entry}`);
  return { route, generation, activeGate: "a", canaryGate: "c" };
}

function recordOf(entry: string, more: Partial<ListenerRecord> = {}): ListenerRecord {
  const earlier = wanted(entry, "2026-11-21T10:00:00.000Z");
  return { ...earlier, lostAt: { blue: 0, green: 0 }, ...more };
}

/** A listener in memory, whose clock advances only while the code waits. */
class RememberingListener implements Listener {
  readonly calls: string[] = [];
  readonly said: string[] = [];
  sick: readonly string[] = [];
  /** The call after which everything fails, as after a kill. */
  endsAfter = Infinity;
  #state: ListenerState;
  #now = 1_000_000;

  constructor(state: Partial<ListenerState>) {
    this.#state = { weights: { blue: 0, green: 0 }, members: { blue: 2, green: 2 }, ...state };
  }

  get now_(): ListenerState {
    return this.#state;
  }

  state = () => Promise.resolve(this.#state);
  record = () => Promise.resolve(this.#state.record);
  members(color: Color) {
    const all = [`${color}-1`, `${color}-2`];
    return Promise.resolve({
      online: all.filter((name) => !this.sick.includes(name)),
      others: all.filter((name) => this.sick.includes(name)),
    });
  }
  setWeights = (weights: ListenerState["weights"]) =>
    this.#change(`weights ${weights.blue}:${weights.green}`, { weights });
  setTesters(color: Color | undefined) {
    const { testers, ...others } = this.#state;
    const call = `testers ${testers ?? "off"} -> ${color ?? "off"}`;
    if (this.calls.length < this.endsAfter) this.#state = others;
    return this.#change(call, color ? { testers: color } : {});
  }
  setPreview = (preview: Color) => this.#change(`preview ${preview}`, { preview });
  setPointer = (pointer: PoolName, record: ListenerRecord) =>
    this.#change(`pointer ${pointer}`, { pointer, record });
  setRecord = (record: ListenerRecord) => this.#change("record", { record });
  wait(ms: number) {
    this.#now += ms;
    return Promise.resolve();
  }
  now = () => this.#now;
  say = (line: string) => void this.said.push(line);

  #change(call: string, change: Partial<ListenerState>): Promise<void> {
    if (this.calls.length >= this.endsAfter) return Promise.reject(new Error("killed"));
    this.calls.push(call);
    this.#state = { ...this.#state, ...change };
    return Promise.resolve();
  }
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error("it did not fail");
  return error.message;
}

describe("setting the route of a listener", () => {
  const onBlue = () =>
    new RememberingListener({
      pointer: "blue",
      preview: "green",
      record: recordOf("blue:0:off"),
    });

  it("switches with one call, which also writes the record, once testers have moved", async () => {
    const listener = onBlue();
    await setOctaviaRoute(wanted("green:0:off"), listener);
    expect(listener.calls).to.deep.equal(["preview blue", "pointer green"]);
    expect(listener.now_.record).to.deep.include({ generation: wanted("green:0:off").generation });
    expect(listener.now_.record?.lostAt).to.deep.equal({ blue: 1_000_000, green: 0 });
  });

  it("sets the first route", async () => {
    const listener = new RememberingListener({});
    await setOctaviaRoute(wanted("blue:0:off"), listener);
    expect(listener.calls).to.deep.equal(["preview green", "pointer blue"]);
  });

  it("weights a canary before any request can reach it", async () => {
    const listener = onBlue();
    await setOctaviaRoute(wanted("blue:50:on"), listener);
    expect(listener.calls).to.deep.equal([
      "record",
      "weights 19:1",
      "testers off -> green",
      "pointer shared",
    ]);
    expect(realRoute(listener.now_)).to.equal("blue:50:on");
  });

  it("ends a canary for users, and then for testers", async () => {
    const listener = onBlue();
    await setOctaviaRoute(wanted("blue:50:on"), listener);
    await setOctaviaRoute(wanted("blue:0:on"), listener);
    expect(realRoute(listener.now_)).to.equal("blue:0:on");
    await setOctaviaRoute(wanted("blue:0:off"), listener);
    expect(realRoute(listener.now_)).to.equal("blue:0:off");
    expect(listener.now_.pointer).to.equal("blue");
  });

  it("routes everything to a canary with weight 100", async () => {
    const listener = onBlue();
    await setOctaviaRoute(wanted("blue:1000:on"), listener);
    expect(listener.now_.pointer).to.equal("green");
    expect(realRoute(listener.now_)).to.equal("blue:1000:on");
  });

  it("waits for healthy hosts, and continues without some of them", async () => {
    const listener = onBlue();
    listener.sick = ["green-2"];
    await setOctaviaRoute(wanted("green:0:off"), listener);
    expect(listener.said).to.deep.equal([
      "The balancer finds these hosts of green unhealthy: green-2",
    ]);
  });

  it("changes nothing when no host is healthy", async () => {
    const listener = onBlue();
    listener.sick = ["green-1", "green-2"];
    expect(await failureOf(setOctaviaRoute(wanted("green:0:off"), listener))).to.equal(
      "The balancer finds no healthy host of green, so the route is unchanged.",
    );
    expect(listener.calls).to.deep.equal([]);
  });

  it("sets every part when an earlier change was not applied", async () => {
    const record = recordOf("blue:0:off");
    const listener = new RememberingListener({
      ...{ pointer: "blue", preview: "green", isBroken: true, record },
    });
    await setOctaviaRoute(wanted("blue:0:off"), listener);
    expect(listener.calls).to.deep.equal([
      ...["record", "testers off -> off", "preview green", "pointer blue"],
    ]);
  });

  it("does nothing in a script that a later up has overtaken", async () => {
    const listener = onBlue();
    const late = wanted("green:0:off", "2026-11-21T09:00:00.000Z");
    expect(await failureOf(setOctaviaRoute(late, listener))).to.match(/^A later pulumi up/);
    expect(listener.calls).to.deep.equal([]);
  });

  it("stops once a later up has written its record", async () => {
    const listener = onBlue();
    const late = listener.state;
    listener.state = async () => {
      const seen = await late();
      await listener.setRecord({
        ...recordOf("blue:0:off"),
        generation: "2026-11-21T12:00:00.000Z",
      });
      return seen;
    };
    expect(await failureOf(setOctaviaRoute(wanted("green:0:off"), listener))).to.match(
      /^A later pulumi up/,
    );
    expect(listener.calls).to.deep.equal(["record"]);
  });

  it("can be interrupted anywhere, and the next script completes it", async () => {
    for (const endsAfter of [0, 1, 2, 3]) {
      const listener = onBlue();
      listener.endsAfter = endsAfter;
      await failureOf(setOctaviaRoute(wanted("blue:200:on"), listener));
      const { record } = listener.now_;
      const real = realRoute(listener.now_);
      // Before the pointer moves, users are not affected; testers are, which the record shows.
      expect(real, `after ${endsAfter} calls`).to.match(/^blue:0:(on|off)$/);
      if (endsAfter > 0) expect(record?.previous).to.equal("blue:0:off");
      listener.endsAfter = Infinity;
      await setOctaviaRoute(wanted("blue:200:on", "2026-11-21T12:00:00.000Z"), listener);
      expect(realRoute(listener.now_)).to.equal("blue:200:on");
    }
  });
});
