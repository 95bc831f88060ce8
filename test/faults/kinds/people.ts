import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { otherColor } from "../../../lib/color.ts";
import type { Faults, Scene } from "../target.ts";

/** What people do to the config, and to a release that somebody else has started. */
export const PEOPLE_FAULTS: Faults = {
  "a hand on activeColor": {
    leavesWork: true,
    apply: (scene) => setConfig(scene, "activeColor", otherColor(scene.active)),
  },
  "a hand on the idle image": {
    leavesWork: true,
    apply: (scene) =>
      setConfig(scene, `${otherColor(scene.active)}.image`, scene.target.good[0] ?? ""),
  },
  "a checkout with a stale stack file": {
    leavesWork: true,
    apply: async ({ target: { stack }, oldFile }) => {
      await writeFile(join(stack.folder, `Pulumi.${stack.name}.yaml`), oldFile);
      return true;
    },
  },
  "a second release": {
    apply: async ({ target, otherPerson }) => {
      await otherPerson("release", "--image", target.good[0] ?? "");
      return true;
    },
  },
  "an abort by somebody else": {
    movesTraffic: true,
    apply: async ({ otherPerson }) => {
      await otherPerson("abort");
      return true;
    },
  },
  "an emergency rollback by somebody else": {
    movesTraffic: true,
    apply: async ({ otherPerson }) => {
      await otherPerson("rollback", "--now");
      return true;
    },
  },
};

async function setConfig({ target: { stack } }: Scene, key: string, value: string) {
  // It may meet the release's own; a person would try again.
  for (let tried = 0; tried < 3; tried++) {
    const words = ["config", "set", "--path", key, value, "--stack", stack.name];
    if ((await stack.pulumi(words)).ok) return true;
  }
  return false;
}
