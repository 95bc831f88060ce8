import { expect } from "chai";
import type { EmulatedCloud } from "../../dev/emulators/registry/registryBeside.ts";
import { bluegreen, startBluegreen } from "./bluegreen.ts";
import type { EmulatedAccount } from "./emulatedAccount.ts";
import { buildApp } from "./images.ts";
import { askStore, buildStore } from "./storeImage.ts";
import type { StackConfig, TestStack } from "./testStack.ts";

export interface ServicesCloud<Account> {
  readonly open: () => Promise<Account>;
  /** Deletes their machine, without Pulumi. */
  readonly lose: (account: Account, stack: TestStack) => Promise<void>;
  /** With the services' machine of another size. */
  readonly bigger: StackConfig;
}

/** What services in a cloud go through, on one host a color. */
export function describeServices<Account extends EmulatedAccount<EmulatedCloud>>(
  title: string,
  { open, lose, bigger }: ServicesCloud<Account>,
): void {
  describe(title, function () {
    this.timeout(900_000);
    let account: Account;
    let stack: TestStack;
    let store: { image: string; port: number };
    let image: string;
    let next: string;

    before(async () => {
      account = await open();
      image = await account.push(await buildApp("v1"));
      next = await account.push(await buildApp("v2"));
      store = { image: await account.push(await buildStore()), port: 6000 };
      stack = await account.createStack({
        activeColor: "blue",
        blue: { image, count: 1 },
        services: { store },
      });
      await stack.mustUp();
    });
    after(() => account.close());

    async function ask(text: string, ...more: readonly string[]): Promise<string> {
      const { all } = await startBluegreen(stack, ["exec", ...more, "--", ...askStore(text)]);
      return all.trim();
    }

    async function resolves(name: string, color: string): Promise<boolean> {
      const words = ["exec", "--color", color, "--", "getent", "hosts", name];
      return (await bluegreen(stack, ...words)).code === 0;
    }

    it("are reached by name from here, on a machine of their own", async () => {
      expect(await ask("SET kept")).to.equal("kept");
      const at = (...words: readonly string[]) => bluegreen(stack, ...words);
      const script = "cat /data/text; echo marked >/proc/1/fd/1; exit 5";
      const exec = await at("exec", "--service", "store", "--", "sh", "-c", script);
      expect(exec).to.deep.equal({ code: 5, output: "kept" });
      const logs = await at("logs", "--service", "store");
      expect(logs).to.include({ code: 0 });
      expect(logs.output).to.match(/^services store {2}\S+Z {2}marked$/m);
    });

    it("get a second one, which a color with traffic finds after its next deploy", async () => {
      const second = { ...store, port: 6001, env: { STORE_PORT: "6001" } };
      await stack.set({ services: { store, second }, green: { image, count: 1 } });
      const { ok, output } = await stack.up();
      expect(ok, output).to.equal(true);
      expect(output).to.contain("blue keeps services.second (not set) until it is idle");
      expect(await resolves("second", "green")).to.equal(true);
      expect(await resolves("second", "blue")).to.equal(false);
      expect(await ask("GET", "--color", "green")).to.equal("kept");
      expect(await stack.previewSteps()).to.deep.equal([]);
    });

    it("lose one that is taken out of the config, but not its files", async () => {
      await stack.set({ services: { store } });
      await stack.mustUp();
      const { output } = await bluegreen(stack, "logs", "--service", "second");
      expect(output).to.contain("--service: must be one of store,");
      expect(await ask("GET")).to.equal("kept");
    });

    it("keep their files on a machine of another size", async () => {
      await stack.set(bigger);
      expect(await stack.previewSteps()).to.deep.equal(["update services-host"]);
      const { code, output } = await bluegreen(stack, "release", "--image", next, "--yes");
      expect(code, output).to.equal(3);
      expect(output).to.contain("a release changes no service");
      await stack.mustUp();
      expect(await ask("GET")).to.equal("kept");
    });

    it("stay when the rest is destroyed, and serve the next stack", async () => {
      const destroy = (...more: readonly string[]) =>
        stack.pulumi(["destroy", "--yes", "--stack", stack.name, ...more]);
      const refused = await destroy();
      expect(refused.ok, refused.output).to.equal(false);
      const rest = await destroy("--exclude-protected");
      expect(rest.ok, rest.output).to.equal(true);
      await stack.mustUp();
      expect(await ask("GET")).to.equal("kept");
    });

    it("start without files on another machine once theirs is lost", async () => {
      await lose(account, stack);
      await stack.set({ allowLiveChange: "true" });
      await stack.mustUp("--refresh");
      expect(await ask("GET")).to.equal("nothing");
      expect(await stack.previewSteps()).to.deep.equal([]);
    });

    it("go with the account's last machine once they are unprotected", async () => {
      await stack.pulumi(["state", "unprotect", "--all", "--yes", "--stack", stack.name]);
      await account.mustDestroy(stack);
    });
  });
}
