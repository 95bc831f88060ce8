import { createInterface } from "node:readline";
import { execa } from "execa";
import { isColor } from "../../lib/color.ts";
import type { TestStack } from "../helpers/testStack.ts";
import type { Stop } from "./history.ts";

interface Event {
  readonly timeNano: number;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

/** The stack's web containers that this machine's Docker is told to stop or to kill. */
export class StopLog {
  readonly #stops: Stop[] = [];
  readonly #end: () => void;

  constructor({ name }: TestStack) {
    const filters = [`label=blue-green.stack=blue-green/${name}`, "event=kill"];
    const events = execa(
      "docker",
      ["events", ...filters.flatMap((one) => ["--filter", one]), "--format", "{{json .}}"],
      { buffer: false, reject: false, stdin: "ignore" },
    );
    this.#end = () => events.kill();
    createInterface(events.stdout).on("line", (line) => this.#note(JSON.parse(line) as Event));
  }

  #note({ timeNano, Actor: { Attributes: about } }: Event): void {
    const color = about["blue-green.color"];
    if (color === undefined || !isColor(color) || about["blue-green.process"] !== "web") return;
    this.#stops.push({ container: about["name"] ?? "", color, at: timeNano / 1e6 });
  }

  end(): readonly Stop[] {
    this.#end();
    return this.#stops;
  }
}
