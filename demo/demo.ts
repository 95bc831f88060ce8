import { buildCommand, buildImage } from "../app/build.ts";
import { type Color, otherColor } from "../lib/color.ts";
import { ending } from "./endings.ts";
import { checkFolder, checkPorts, checkStackIsDemo } from "./guards.ts";
import { imageTags } from "./imageTags.ts";
import type { Interruption } from "./interruption.ts";
import type { DemoOptions } from "./options.ts";
import { Pulumi } from "./pulumi.ts";
import type { Screen } from "../release/output/screen.ts";
import { StackFile } from "./stackFile.ts";
import { blueTakesTraffic, isUnderWay } from "./startingPoint.ts";
import { Steps } from "./steps.ts";
import { count } from "./table.ts";
import { type SwitchResult, switchUnderLoad } from "./traffic.ts";
import { isRouteStart, previewLines } from "./upLines.ts";
import { settleLock } from "./lock.ts";
import { type WhatRuns, whatRuns } from "./whatRuns.ts";
import { whoAnswers } from "./whoAnswers.ts";

const VERSIONS = ["v1", "v2"] as const;
/** The balancer checks new hosts itself before it sends testers to them. */
const ADMISSION_MS = 20_000;

/** The steps of the demo, in the order in which `run.ts` lists them. */
export class Demo {
  readonly options: DemoOptions;
  readonly #screen: Screen;
  readonly #interruption: Interruption;
  readonly #steps: Steps;
  readonly #pulumi: Pulumi;
  readonly #tags: Readonly<Record<"v1" | "v2", string>>;
  readonly #results: Record<string, SwitchResult> = {};
  #found: WhatRuns | undefined;
  #file: StackFile | undefined;
  #urls = { url: "", previewUrl: "" };

  constructor(options: DemoOptions, screen: Screen, interruption: Interruption) {
    this.options = options;
    this.#screen = screen;
    this.#interruption = interruption;
    this.#steps = new Steps(screen);
    this.#pulumi = new Pulumi(options.stack, this.#steps, interruption);
    this.#tags = imageTags(options.stack);
  }

  introduce(): void {
    const [blue, green] = [this.#screen.color("blue"), this.#screen.color("green")];
    this.#screen.print(`
Blue/green: two sets of containers, ${blue} and ${green}, stand behind one balancer. One is live and
takes all requests, the other is idle. A new version goes to the idle color, where nobody is
hurt. When it has passed its checks, one setting, activeColor, moves the traffic there; the old
version keeps running, so that going back is the same step the other way round.`);
  }

  /** Everything that would stop the demo half-way, before anything is touched. */
  async look(): Promise<void> {
    await checkFolder();
    this.#found = await whatRuns(this.options.stack);
    const exists = await this.#pulumi.exists();
    const config = exists ? await this.#pulumi.config() : {};
    checkStackIsDemo(this.options.stack, config);
    await checkPorts(this.options, config, this.#found);
    if (exists) await settleLock(this.#pulumi, this.#steps);
  }

  async buildImages(): Promise<void> {
    await this.#steps.step("Build the example app twice, as v1 and as v2", async () => {
      for (const version of VERSIONS) {
        const tag = this.#tags[version];
        this.#steps.command(buildCommand(tag, version));
        await this.#steps.during(buildImage(tag, version));
        this.#interruption.check();
      }
      return "two images, the same but for their version";
    });
  }

  async makeStack(): Promise<void> {
    const { stack, port, previewPort } = this.options;
    await this.#steps.step("Choose the Pulumi stack, which remembers what runs", async () => {
      this.#file = await StackFile.open(this.#pulumi);
      await this.#file.save();
      await this.#pulumi.tell("stack", "select", "--create", stack);
      checkStackIsDemo(stack, await this.#pulumi.config());
      if (port !== undefined) await this.file.set("edge.port", String(port));
      if (previewPort !== undefined) await this.file.set("edge.previewPort", String(previewPort));
      return `the stack ${stack}; its settings are in Pulumi.${stack}.yaml`;
    });
  }

  async bringUpBlue(): Promise<void> {
    const title = isUnderWay(this.found)
      ? "The stack runs already: go back to the start, blue live with v1 and no green"
      : "Bring up blue with v1";
    await this.#steps.step(title, async () => {
      await blueTakesTraffic({
        pulumi: this.#pulumi,
        file: this.file,
        steps: this.#steps,
        found: this.found,
        tags: this.#tags,
      });
      await this.file.unset("green");
      await this.#pulumi.up();
      await this.#readUrls();
      return `${this.#urls.url} is answered by ${await this.#answer(this.#urls.url)}`;
    });
  }

  async deployGreen(): Promise<void> {
    await this.#steps.step("Deploy v2 to green, which takes no traffic", async () => {
      await this.file.set("green.image", this.#tags.v2);
      await this.#pulumi.up();
      const { url, previewUrl } = this.#urls;
      const users = `users at ${url} still get ${await this.#answer(url)}`;
      return `${users};\n       testers at ${previewUrl} get ${await this.#answer(previewUrl, ADMISSION_MS)}`;
    });
  }

  async previewSwitch(): Promise<void> {
    await this.#steps.step("Ask for the switch, and read what it would change", async () => {
      await this.file.set("activeColor", "green");
      const preview = await this.#pulumi.tell("preview");
      for (const line of previewLines(preview)) this.#steps.say(`  ${line}`);
      return "two steps: green's checks (gate), then the route. No container is touched";
    });
  }

  switchToGreen(): Promise<void> {
    return this.#switch("Switch to green while requests go on", "blue", "switch to green");
  }

  async rollBack(): Promise<void> {
    await this.#switch("Roll back to blue the same way", "green", "roll back to blue");
  }

  /** Prints the table and what to do next; says whether every request was answered well. */
  finish(): boolean {
    return ending(this.options, this.#urls, this.#results, this.#screen);
  }

  async #switch(title: string, from: Color, column: string): Promise<void> {
    const to = otherColor(from);
    await this.#steps.step(title, async () => {
      await this.file.set("activeColor", to);
      const result = await switchUnderLoad(
        {
          // Without the look-up of a name for each new connection.
          url: this.#urls.url.replace("localhost", "127.0.0.1"),
          from,
          to,
          run: (onRouteStart) => this.#pulumi.up((line) => isRouteStart(line) && onRouteStart()),
          interruption: this.#interruption,
        },
        this.#screen,
      );
      this.#results[column] = result;
      const failed = result.failed === 0 ? "none failed" : `${result.failed} FAILED`;
      return `${count(result.requests)} requests, ${failed}; now live: ${await this.#answer(this.#urls.url)}`;
    });
  }

  async #readUrls(): Promise<void> {
    const outputs = await this.#pulumi.ask(
      "stack",
      "output",
      "--json",
      "--stack",
      this.options.stack,
    );
    this.#urls = JSON.parse(outputs) as { url: string; previewUrl: string };
  }

  /** Who answers, such as `blue v1`. */
  async #answer(url: string, patienceMs = 0): Promise<string> {
    const { color, version } = await whoAnswers(url, patienceMs);
    return `${this.#screen.color(color)} ${version}`;
  }

  get found(): WhatRuns {
    return needed(this.#found);
  }

  get file(): StackFile {
    return needed(this.#file);
  }
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The steps of the demo were called out of order.");
  return value;
}
