import { randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { execa } from "execa";
import { UserError } from "../../lib/userError.ts";
import type { Screen } from "../../release/output/screen.ts";
import { checkFolder } from "../guards.ts";
import { buildImages, type Images, imageTags } from "../images.ts";
import { Interrupted, type Interruption } from "../interruption.ts";
import { Pulumi } from "../pulumi.ts";
import { stackFilePath } from "../stackFile.ts";
import { Steps } from "../steps.ts";
import type { SwitchResult } from "../traffic.ts";
import { Chapter } from "./chapter.ts";
import type { Account, Cloud } from "./cloud.ts";
import { cloudEnding, introduction } from "./texts.ts";
import { checkIsOver, readTraces, removeTraces, type Traces, writeTraces } from "./traces.ts";

/** The demo in an emulated cloud: behind the vendor's balancer, then behind an edge. */
export class CloudDemo {
  readonly #cloud: Cloud;
  readonly #stack: string;
  readonly #screen: Screen;
  readonly #interruption: Interruption;
  readonly #steps: Steps;
  readonly #traces: Traces;
  readonly #results: Record<string, SwitchResult> = {};
  #account: Account | undefined;

  constructor(cloud: Cloud, stack: string, screen: Screen, interruption: Interruption) {
    this.#cloud = cloud;
    this.#stack = stack;
    this.#screen = screen;
    this.#interruption = interruption;
    this.#steps = new Steps(screen);
    const run = `blue-green-demo-${randomBytes(3).toString("hex")}`;
    this.#traces = { stack, stacks: [stack, `${stack}-edge`], run, pid: process.pid };
  }

  async run(): Promise<boolean> {
    this.#screen.print(introduction(this.#cloud, this.#screen));
    await this.#look();
    try {
      const tags = imageTags(this.#stack);
      await buildImages(tags, this.#steps, this.#interruption);
      await this.#openAccount();
      const images = await this.#push(tags);
      await this.#behindManagedBalancer(images);
      await this.#behindEdge(images);
    } catch (error) {
      // Ignore errors of programs that got the signal too.
      if (this.#interruption.isRequested) throw new Interrupted();
      throw error;
    } finally {
      await this.#close();
    }
    const violations = this.#account?.violations ?? [];
    return cloudEnding(this.#cloud, this.#results, violations, this.#screen);
  }

  async explainStop(): Promise<void> {
    this.#screen.print("\nStopped early. Everything that the demo made is removed.");
    await Promise.resolve();
  }

  /** Finds everything that would stop the tour halfway, before anything is touched. */
  async #look(): Promise<void> {
    await checkFolder();
    const [before] = await readTraces(this.#stack);
    if (before) {
      await checkIsOver(before);
      const title = "Remove what a killed demo left behind";
      await this.#steps.step(title, () => removeTraces(before, this.#steps));
    }
    for (const stack of this.#traces.stacks) await this.#checkIsFree(stack);
    const selected = await new Pulumi(this.#stack, this.#steps, this.#interruption).selected();
    await writeTraces({ ...this.#traces, ...(selected !== undefined && { selected }) });
  }

  /** @throws UserError if the stack exists and no demo made it. */
  async #checkIsFree(stack: string): Promise<void> {
    const pulumi = new Pulumi(stack, this.#steps, this.#interruption);
    const hasFile = await access(stackFilePath(stack)).then(
      () => true,
      () => false,
    );
    if (!hasFile && !(await pulumi.exists())) return;
    throw new UserError(
      `The stack ${stack} (${stackFilePath(stack)}) already exists, and the demo did not create it.\n` +
        `Use another name: npm run demo -- --target ${this.#cloud.target} --stack another`,
    );
  }

  async #openAccount(): Promise<void> {
    const { title, account: word } = this.#cloud;
    await this.#steps.step(`Open an emulated ${title} ${word}`, async () => {
      const { stdout: built } = await execa("docker", ["images", "--quiet", "blue-green-machine"]);
      if (built === "") this.#steps.say("The first run builds the image for its machines.");
      const account = await this.#steps.during(this.#cloud.open(this.#traces.run));
      this.#account = account;
      this.#interruption.check();
      const names = Object.entries(account.environment).filter(([, value]) => value !== undefined);
      return `its API is at ${account.url}; set for Pulumi: ${names.map(([name]) => name).join(", ")}`;
    });
  }

  async #push({ v1, v2 }: Images): Promise<Images> {
    const { account } = this;
    let pushed = { v1, v2 };
    await this.#steps.step("Push both images to a registry beside it", async () => {
      pushed = { v1: await account.push(v1), v2: await account.push(v2) };
      return `${pushed.v1} and ${pushed.v2}`;
    });
    return pushed;
  }

  async #behindManagedBalancer(images: Images): Promise<void> {
    const { balancer, machine, hasCanary } = this.#cloud;
    const chapter = this.#chapter(balancer, this.#stack, images);
    const { tour } = chapter;
    await chapter.makeStack({});
    await chapter.bringUp(`Bring up blue with v1 on two ${machine}s`, ["blue"]);
    await tour.deployGreen(images.v2);
    await tour.previewSwitch(
      `green's checks (gates), then the route; blue's gates are removed. No ${machine} changes`,
    );
    await tour.switchFrom("blue", "Switch to green under load", "switch");
    if (hasCanary) await tour.canary("blue", 20);
    await tour.switchFrom("green", "Roll back to blue the same way", "roll back");
    await chapter.remove();
    this.#keep("managed", chapter);
  }

  async #behindEdge(images: Images): Promise<void> {
    const { machine, edgeAddress } = this.#cloud;
    const title = `An edge: HAProxy on its own ${machine}, behind ${edgeAddress}`;
    const chapter = this.#chapter(title, `${this.#stack}-edge`, images);
    const { tour } = chapter;
    const one = { "edge.hosts": "1", "blue.count": "1", "green.count": "1" };
    await chapter.makeStack({ balancer: "edge", ...one });
    await chapter.bringUp("Bring up both colors, blue live", ["blue", "green"]);
    await tour.switchFrom("blue", "Switch to green under load", "switch");
    await tour.canary("blue", 20);
    await tour.switchFrom("green", "Roll back to blue the same way", "roll back");
    await chapter.remove();
    this.#keep("edge", chapter);
  }

  #chapter(title: string, stack: string, images: Images): Chapter {
    this.#steps.chapter(title);
    const parts = { steps: this.#steps, screen: this.#screen, interruption: this.#interruption };
    return new Chapter({ cloud: this.#cloud, account: this.account, images, stack, ...parts });
  }

  #keep(balancer: string, { tour }: Chapter): void {
    for (const [name, result] of Object.entries(tour.results)) {
      this.#results[`${balancer}: ${name}`] = result;
    }
  }

  async #removeAll(): Promise<void> {
    try {
      await this.#account?.close();
      for (const traces of await readTraces(this.#stack)) await removeTraces(traces, this.#steps);
    } catch (error) {
      const command = `npm run demo:remove -- --stack ${this.#stack}`;
      this.#screen.print(`\nNot everything could be removed. Remove the rest: ${command}`);
      throw error;
    }
  }

  /** Runs after a failure too: the account ends with this program. */
  async #close(): Promise<void> {
    this.#steps.chapter("The end");
    const title = `Close the ${this.#cloud.account} and remove what is left`;
    await this.#steps.step(title, async () => {
      await this.#steps.during(this.#removeAll());
      return "removed machines, networks, disks, images and the stacks' state";
    });
  }

  private get account(): Account {
    if (!this.#account) throw new Error("The steps of the demo were called out of order.");
    return this.#account;
  }
}
