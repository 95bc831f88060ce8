import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { FROM_HERE } from "../../dev/emulators/networks/fromHere.ts";
import { MEANINGS, type Meanings } from "../../release/output/describe.ts";
import type { Screen } from "../../release/output/screen.ts";
import type { Images } from "../images.ts";
import type { Interruption } from "../interruption.ts";
import { Pulumi } from "../pulumi.ts";
import type { Steps } from "../steps.ts";
import { type ConfigEditor, Tour } from "../tour.ts";
import type { Account, Cloud } from "./cloud.ts";
import { holdingLines } from "./holdings.ts";

export interface ChapterArgs {
  readonly cloud: Cloud;
  readonly account: Account;
  /** Names by which the cloud's machines pull the images. */
  readonly images: Images;
  readonly stack: string;
  readonly steps: Steps;
  readonly screen: Screen;
  readonly interruption: Interruption;
}

/** One stack in the account, from its creation to its removal. */
export class Chapter {
  readonly tour: Tour;
  readonly config: ConfigEditor;
  readonly #args: ChapterArgs;
  readonly #pulumi: Pulumi;
  /** The same CLI, but shows only resources in the account. */
  readonly #removing: Pulumi;

  /** What the account held after the previous step. */
  #held: readonly string[] = [];

  constructor(args: ChapterArgs) {
    const { stack, steps, screen, interruption, account, cloud } = args;
    this.#args = args;
    const { environment } = account;
    const pulumi = (meanings: Meanings) =>
      new Pulumi(stack, steps, interruption, { environment, meanings });
    this.#pulumi = pulumi([...cloud.meanings, ...MEANINGS]);
    this.#removing = pulumi(cloud.meanings);
    this.config = configOf(this.#pulumi);
    this.tour = new Tour({
      ...{ pulumi: this.#pulumi, config: this.config, steps, screen, interruption },
      load: CLOUD_LOAD,
      after: () => this.#showAccount(),
    });
  }

  /** @param more Additional config, by path. */
  async makeStack(more: Readonly<Record<string, string>>): Promise<void> {
    const { steps, stack, cloud } = this.#args;
    await steps.step("Create and configure a Pulumi stack", async () => {
      await this.#pulumi.tell("stack", "init", stack);
      await this.config.set("target", cloud.target);
      await this.config.set("activeColor", "blue");
      const paths = { ...cloud.config, ...more, ...accessFromHere(), drainSeconds: "5" };
      for (const [path, value] of Object.entries(paths)) await this.config.set(path, value);
      await this.#setSecret();
      return `stack ${stack}, with its settings in Pulumi.${stack}.yaml`;
    });
  }

  async bringUp(title: string, colors: readonly ("blue" | "green")[]): Promise<void> {
    const { images } = this.#args;
    const image = { blue: images.v1, green: images.v2 };
    await this.tour.up(title, async () => {
      for (const color of colors) await this.config.set(`${color}.image`, image[color]);
    });
  }

  async remove(): Promise<void> {
    const { steps, stack, cloud } = this.#args;
    await steps.step("Remove the stack", async () => {
      await this.#removing.show(["destroy", "--yes", "--skip-preview"]);
      await this.#pulumi.tell("stack", "rm", "--yes", stack);
      return `the stack ${stack} is gone, from the ${cloud.account} and from this machine`;
    });
    await this.#showAccount();
  }

  async #setSecret(): Promise<void> {
    const path = "ssh.secret";
    // Shows the command that a user would run; the value itself does not matter.
    const words = ["config", "set", "--secret", "--path", path];
    this.#args.steps.commandLine(`pulumi ${words.join(" ")} "$(openssl rand -hex 32)"`);
    await this.#pulumi.ask(...words, randomBytes(32).toString("hex"));
  }

  async #showAccount(): Promise<void> {
    const { account, cloud, steps, stack, screen } = this.#args;
    const lines = holdingLines(await account.holdings(stack));
    const isSame = isDeepStrictEqual(lines, this.#held);
    this.#held = lines;
    const what = isSame ? "holds the same as before." : "holds now:";
    steps.say(screen.paint(`The ${cloud.account} ${what}`, "dim"));
    if (!isSame) for (const line of lines) steps.say(`  ${line}`);
  }
}

/** Lower than on this machine alone: the emulated cloud needs the CPUs too. */
const CLOUD_LOAD = { ratePerSecond: 100, colorHeader: "x-deployment-color" };

/** Opens SSH for Pulumi and the preview for testers. */
function accessFromHere(): Record<string, string> {
  const settings = ["ssh", "preview"].flatMap((key) =>
    FROM_HERE.map((range, at) => [`${key}.allowedCidrs[${at}]`, range] as const),
  );
  return Object.fromEntries(settings);
}

/** The stack belongs to the tour, so nothing needs to be restored. */
function configOf(pulumi: Pulumi): ConfigEditor {
  return {
    set: async (path, value) => {
      const option = /[.[]/.test(path) ? ["--path"] : [];
      await pulumi.tell("config", "set", ...option, path, value);
    },
    unset: async (key) => {
      await pulumi.tell("config", "rm", key);
    },
  };
}
