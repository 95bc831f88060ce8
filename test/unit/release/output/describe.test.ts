import { expect } from "chai";
import { meaningOf, MEANINGS } from "../../../../release/output/describe.ts";

describe("what a resource is, for people", () => {
  for (const [name, meaning] of [
    ["green-1", "container"],
    ["green-1-worker-2", "container of a process"],
    ["green-1-beat", "container of a process"],
    ["green-1-host", "machine"],
    ["green-1-host-edge-image", "what the machine needs"],
    ["green-1-sidecar", "the proxy through which the balancer reaches the container"],
    ["gate-green-1", "the checks that every host must pass before it takes traffic"],
    ["green-gate-green-1", "the checks of every host after a deploy"],
    ["balancer-route", "the route: which color takes traffic"],
    ["green-kept", undefined],
  ] as const) {
    it(`${name}: ${meaning ?? "not explained"}`, () => {
      expect(meaningOf(name, MEANINGS)).to.equal(meaning);
    });
  }
});
