import { expect } from "chai";
import { acceptedKeys, hostKeys } from "../../../../components/machine/hostKeys.ts";

const SECRET = "a".repeat(32);
const OLD = "b".repeat(32);

describe("the keys of a host", () => {
  it("share only the deploy key with the stack's other hosts", () => {
    const one = hostKeys(SECRET, "shop/prod", "blue-1");
    const other = hostKeys(SECRET, "shop/prod", "blue-2");
    expect(one.deploy).to.deep.equal(other.deploy);
    expect(one.host).not.to.deep.equal(other.host);
    expect(one.firstBoot).not.to.deep.equal(other.firstBoot);
    expect(one.firstBoot).not.to.deep.equal(one.host);
  });

  it("differ from those of another stack with the same secret", () => {
    const other = hostKeys(SECRET, "shop/test", "blue-1");
    expect(hostKeys(SECRET, "shop/prod", "blue-1").deploy).not.to.deep.equal(other.deploy);
  });

  it("are accepted from the first boot on, and during a change of the secret", () => {
    const now = hostKeys(SECRET, "shop/prod", "blue-1");
    const before = hostKeys(OLD, "shop/prod", "blue-1");
    const secrets = { secret: SECRET, previousSecret: OLD };
    expect(acceptedKeys(secrets, "shop/prod", "blue-1")).to.deep.equal({
      deploy: [now.deploy, before.deploy],
      host: [now.host, now.firstBoot, before.host, before.firstBoot],
    });
    expect(acceptedKeys({ secret: SECRET }, "shop/prod", "blue-1")).to.deep.equal({
      deploy: [now.deploy],
      host: [now.host, now.firstBoot],
    });
  });
});
