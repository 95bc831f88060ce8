import { COLORS, type Color, otherColor } from "../lib/color.ts";
import type { LoadOptions } from "../load/index.ts";
import type { Screen } from "../release/output/screen.ts";
import { isRouteStart, previewLines } from "./upLines.ts";
import type { Interruption } from "./interruption.ts";
import type { Pulumi } from "./pulumi.ts";
import type { Steps } from "./steps.ts";
import { count } from "./table.ts";
import { type SwitchResult, switchUnderLoad } from "./traffic.ts";
import { countAnswers, whoAnswers } from "./whoAnswers.ts";

/** The balancer checks a new host before it sends testers there. */
const ADMISSION_MS = 20_000;
/** Enough to see a share of one fifth. */
const CANARY_REQUESTS = 200;

/** Changes the stack's config and shows the commands. */
export interface ConfigEditor {
  /** @param path `green.image`, or a plain key */
  set(path: string, value: string): Promise<void>;
  unset(key: string): Promise<void>;
}

export interface TourArgs {
  readonly pulumi: Pulumi;
  readonly config: ConfigEditor;
  readonly steps: Steps;
  readonly screen: Screen;
  readonly interruption: Interruption;
  /** How the load differs from the one on this machine. */
  readonly load?: Partial<LoadOptions>;
  /** Called after each step that changes something. */
  readonly after?: () => Promise<void>;
}

/** The steps of a release that are the same on every target. */
export class Tour {
  readonly results: Record<string, SwitchResult> = {};
  urls = { url: "", previewUrl: "" };
  readonly #args: TourArgs;
  #hasCanary = false;

  constructor(args: TourArgs) {
    this.#args = args;
  }

  /** Changes the config, runs `pulumi up`, and checks which color answers. */
  async up(title: string, prepare: () => Promise<void>): Promise<void> {
    await this.#step(title, async () => {
      await prepare();
      await this.#args.pulumi.up();
      await this.#readUrls();
      return `${this.urls.url} answers with ${await this.answer(this.urls.url)}`;
    });
  }

  async deployGreen(image: string): Promise<void> {
    await this.#step("Deploy v2 to green, which takes no traffic", async () => {
      await this.#args.config.set("green.image", image);
      await this.#args.pulumi.up();
      await this.#readUrls();
      const { url, previewUrl } = this.urls;
      const users = `users at ${url} still get ${await this.answer(url)}`;
      return `${users};\n       testers at ${previewUrl} get ${await this.answer(previewUrl, ADMISSION_MS)}`;
    });
  }

  /** @param meaning The preview in one sentence. */
  async previewSwitch(meaning: string): Promise<void> {
    const { config, pulumi, steps } = this.#args;
    await steps.step("Request the switch, and preview what it would change", async () => {
      await config.set("activeColor", "green");
      const preview = await pulumi.tell("preview");
      for (const line of previewLines(preview)) steps.say(`  ${line}`);
      return meaning;
    });
  }

  /** @param column In the final table. */
  async switchFrom(from: Color, title: string, column: string): Promise<void> {
    const to = otherColor(from);
    const { config, screen, pulumi, interruption, load } = this.#args;
    await this.#step(title, async () => {
      if (this.#hasCanary) await config.unset("canary");
      this.#hasCanary = false;
      await config.set("activeColor", to);
      const result = await switchUnderLoad(
        {
          // Avoids a name lookup for each new connection.
          url: this.urls.url.replace("localhost", "127.0.0.1"),
          ...{ from, to, interruption },
          ...(load && { load }),
          run: (onRouteStart) => pulumi.up((line) => isRouteStart(line) && onRouteStart()),
        },
        screen,
      );
      this.results[column] = result;
      const failed = result.failed === 0 ? "none failed" : `${result.failed} FAILED`;
      return `${count(result.requests)} requests, ${failed}; now live: ${await this.answer(this.urls.url)}`;
    });
  }

  /** Gives the idle color a share of the requests, and counts each color's answers. */
  async canary(idle: Color, weight: number): Promise<void> {
    const { config, pulumi, screen } = this.#args;
    await this.#step(`Give ${idle} ${weight} % of the requests, as a canary`, async () => {
      await config.set("canary.weight", String(weight));
      this.#hasCanary = true;
      await pulumi.up();
      const answers = await countAnswers(this.urls.url, CANARY_REQUESTS);
      const shares = COLORS.map((color) => `${screen.color(color)} answered ${answers[color]}`);
      return `of ${CANARY_REQUESTS} requests, ${shares.join(" and ")}`;
    });
  }

  /** What answers, such as `blue v1`. */
  async answer(url: string, patienceMs = 0): Promise<string> {
    const { color, version } = await whoAnswers(url, patienceMs);
    return `${this.#args.screen.color(color)} ${version}`;
  }

  async #step(title: string, work: () => Promise<string>): Promise<void> {
    await this.#args.steps.step(title, work);
    await this.#args.after?.();
  }

  async #readUrls(): Promise<void> {
    const { pulumi } = this.#args;
    const outputs = await pulumi.ask("stack", "output", "--json", "--stack", pulumi.stack);
    this.urls = JSON.parse(outputs) as { url: string; previewUrl: string };
  }
}
