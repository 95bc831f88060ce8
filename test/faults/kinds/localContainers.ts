import { otherColor } from "../../../lib/color.ts";
import { eventually, pause } from "../../helpers/asking.ts";
import { docker } from "../../helpers/testStack.ts";
import type { Faults, Scene } from "../target.ts";

/** What happens to the containers of a stack on this machine. Its Docker is left alone: others use it. */
export const LOCAL_FAULTS: Faults = {
  "a hand on the route": {
    leavesWork: true,
    movesTraffic: true,
    apply: ({ target: { stack }, active }) =>
      struck(docker("exec", stack.edge, "sh", "/edge/set-route", active)),
  },
  "the idle color's container killed": {
    leavesWork: true,
    // Its requests in flight, and those until the balancer's next check.
    cutsForMs: 5000,
    apply: ({ target: { stack }, active }) =>
      struck(docker("kill", stack.container(otherColor(active), 1))),
  },
  "the idle color's container restarted": {
    leavesWork: true,
    cutsForMs: 5000,
    apply: ({ target: { stack }, active }) =>
      struck(docker("restart", "--time", "0", stack.container(otherColor(active), 1))),
  },
  "the live color's container restarted": {
    leavesWork: true,
    cutsForMs: 10_000,
    apply: ({ target: { stack }, active }) =>
      struck(docker("restart", "--time", "0", stack.container(active, 1))),
  },
  "SIGSTOP and SIGCONT to the edge": {
    holdsUp: true,
    apply: async ({ target: { stack }, random }) => {
      if (!(await struck(docker("pause", stack.edge)))) return false;
      await pause(1000 + random() * 4000);
      return await struck(docker("unpause", stack.edge));
    },
  },
  "the edge's container restarted": {
    holdsUp: true,
    cutsForMs: 3000,
    apply: async (scene) => {
      const isStruck = await struck(docker("restart", "--time", "0", scene.target.stack.edge));
      await untilEdgeAnswers(scene);
      return isStruck;
    },
  },
};

/** A container may just be replaced. */
async function struck(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

async function untilEdgeAnswers({ target }: Scene): Promise<void> {
  await eventually(
    "the edge answers again",
    () => target.routes().catch(() => []),
    (routes) => routes.length > 0,
  );
}
