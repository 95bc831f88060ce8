import type { Plan } from "../../lib/plan.ts";
import { readScriptHeader } from "../../lib/shell.ts";
import { COMMANDS, type Registration } from "./mocks.ts";

export const PLAN: Plan = {
  wanted: { active: "blue", canaryWeight: 0, testers: false },
  routeGeneration: "r1",
  activeGate: "a1",
  canaryGate: "c1",
  edgeGeneration: () => "e1",
  containerGeneration: () => "g1",
  processStep: ({ color }) => ({ runs: color === "blue", generation: "p1" }),
  membersGeneration: "m1",
  idleFirst: false,
  warnings: [],
};

/** The values that a command's script is called with. */
export function valuesOf(registration: Registration | undefined): Record<string, string> {
  const all = Object.entries(readScriptHeader(String(registration?.inputs["stdin"])));
  return Object.fromEntries(all.filter(([name]) => name !== "INPUT"));
}

/** `$INPUT` of a command's script. */
export function inputOf(registration: Registration | undefined): string | undefined {
  return readScriptHeader(String(registration?.inputs["stdin"]))["INPUT"];
}

export function command(registrations: readonly Registration[], name: string): Registration {
  const found = registrations.find(
    (registration) => registration.name === name && COMMANDS.includes(registration.type),
  );
  if (!found) throw new Error(`no command ${name}`);
  return found;
}
