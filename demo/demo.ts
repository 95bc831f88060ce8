import type { Screen } from "../release/output/screen.ts";
import { ending, explainState } from "./endings.ts";
import { checkFolder, checkPorts, checkStackIsDemo } from "./guards.ts";
import { buildImages, type Images, imageTags } from "./images.ts";
import type { Interruption } from "./interruption.ts";
import { settleLock } from "./lock.ts";
import type { DemoOptions } from "./options.ts";
import { Pulumi } from "./pulumi.ts";
import { StackFile } from "./stackFile.ts";
import { blueTakesTraffic, isUnderWay } from "./startingPoint.ts";
import { Steps } from "./steps.ts";
import { Tour } from "./tour.ts";
import { type WhatRuns, whatRuns } from "./whatRuns.ts";

/** The demo on this machine. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #screen: Screen;
  readonly #interruption: Interruption;
  readonly #steps: Steps;
  readonly #pulumi: Pulumi;
  readonly #tags: Images;
  #found: WhatRuns | undefined;
  #file: StackFile | undefined;
  #tour: Tour | undefined;

  constructor(options: DemoOptions, screen: Screen, interruption: Interruption) {
    this.#options = options;
    this.#screen = screen;
    this.#interruption = interruption;
    this.#steps = new Steps(screen);
    this.#pulumi = new Pulumi(options.stack, this.#steps, interruption);
    this.#tags = imageTags(options.stack);
  }

  async run(): Promise<boolean> {
    this.#introduce();
    await this.#look();
    await buildImages(this.#tags, this.#steps, this.#interruption);
    await this.#makeStack();
    await this.#bringUpBlue();
    const { tour } = this;
    await tour.deployGreen(this.#tags.v2);
    await tour.previewSwitch(
      "two steps: green's checks (gate), then the route. No container changes",
    );
    await tour.switchFrom("blue", "Switch to green under load", "switch to green");
    await tour.switchFrom("green", "Roll back to blue the same way", "roll back to blue");
    return ending(this.#options, tour.urls, tour.results, this.#screen);
  }

  async explainStop(): Promise<void> {
    await explainState(this.#options, this.#screen);
  }

  #introduce(): void {
    const [blue, green] = [this.#screen.color("blue"), this.#screen.color("green")];
    this.#screen.print(`
Blue/green: two sets of containers, ${blue} and ${green}, run behind one balancer. One is live and
takes all requests, the other is idle. A new version goes to the idle color, where it can't
affect users. Once it passes its checks, one setting, activeColor, moves the traffic there. The
old version keeps running, so a rollback is the same step in reverse.`);
  }

  /** Finds everything that would stop the demo halfway, before anything is touched. */
  async #look(): Promise<void> {
    await checkFolder();
    this.#found = await whatRuns(this.#options.stack);
    const exists = await this.#pulumi.exists();
    const config = exists ? await this.#pulumi.config() : {};
    checkStackIsDemo(this.#options.stack, config);
    await checkPorts(this.#options, config, this.#found);
    if (exists) await settleLock(this.#pulumi, this.#steps);
  }

  async #makeStack(): Promise<void> {
    const { stack, port, previewPort } = this.#options;
    await this.#steps.step("Select the Pulumi stack, which records what runs", async () => {
      this.#file = await StackFile.open(this.#pulumi);
      await this.#file.save();
      const parts = { steps: this.#steps, screen: this.#screen, interruption: this.#interruption };
      this.#tour = new Tour({ pulumi: this.#pulumi, config: this.#file, ...parts });
      await this.#pulumi.tell("stack", "select", "--create", stack);
      checkStackIsDemo(stack, await this.#pulumi.config());
      if (port !== undefined) await this.file.set("edge.port", String(port));
      if (previewPort !== undefined) await this.file.set("edge.previewPort", String(previewPort));
      return `stack ${stack}, with its settings in Pulumi.${stack}.yaml`;
    });
  }

  async #bringUpBlue(): Promise<void> {
    const title = isUnderWay(this.found)
      ? "The stack is already running: reset it to blue live with v1 and no green"
      : "Bring up blue with v1";
    await this.tour.up(title, async () => {
      await blueTakesTraffic({
        pulumi: this.#pulumi,
        file: this.file,
        steps: this.#steps,
        found: this.found,
        tags: this.#tags,
      });
      await this.file.unset("green");
    });
  }

  private get found(): WhatRuns {
    return needed(this.#found);
  }

  private get file(): StackFile {
    return needed(this.#file);
  }

  private get tour(): Tour {
    return needed(this.#tour);
  }
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The steps of the demo were called out of order.");
  return value;
}
