import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { keepSecret } from "../../../../components/service/keepSecrets.ts";
import { Secrets } from "../../../../lib/secrets.ts";

const isSecret = (value: unknown) =>
  pulumi.Output.isInstance(value)
    ? (value as unknown as { isSecret: Promise<boolean> }).isSecret
    : Promise.resolve(false);

describe("inputs of resources", () => {
  const secrets = new Secrets(["hunter2"]);

  it("are secret if a secret is in them, at once or once they are known", async () => {
    const kept = keepSecret(
      {
        stdin: "TOKEN='hunter2'",
        later: pulumi.output("a").apply((text) => `${text} hunter2`),
        deep: { headers: [pulumi.output("hunter2")] },
        open: "TOKEN=''",
        openLater: pulumi.output("a"),
        none: undefined,
      },
      secrets,
    );
    const marks = await Promise.all(
      Object.entries(kept).map(async ([name, value]) => [name, await isSecret(value)]),
    );
    expect(Object.fromEntries(marks)).to.deep.equal({
      ...{ stdin: true, later: true, deep: true },
      ...{ open: false, openLater: false, none: false },
    });
  });

  it("stay as they are without secrets", () => {
    const values = { stdin: "hunter2" };
    expect(keepSecret(values, new Secrets([]))).to.equal(values);
  });
});
