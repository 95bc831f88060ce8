import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readSettings } from "../../../settings.ts";
import { recordResources } from "../../helpers/mocks.ts";

describe("reading a stack's config", () => {
  beforeEach(() => recordResources({}));

  it("reads the project's own keys, with their secrets marked", () => {
    pulumi.runtime.setAllConfig(
      {
        "blue-green:target": "local",
        "blue-green:drainSeconds": "30",
        "blue-green:allowLiveChange": "false",
        "blue-green:activeColor": "blue",
        "blue-green:blue": '{"image":"app:v1","count":1,"env":{"TOKEN":"x"}}',
        "other:key": "not ours",
      },
      ["blue-green:blue"],
    );
    const settings = readSettings();
    expect(settings.pools.blue).to.deep.equal({
      image: "app:v1",
      count: 1,
      env: { TOKEN: "x" },
    });
    expect(settings.secrets.isIn("x")).to.equal(true);
  });

  it("reads an OpenStack account from the provider's settings and the shell", () => {
    const before = process.env["OS_PASSWORD"];
    process.env["OS_PASSWORD"] = "password";
    try {
      pulumi.runtime.setAllConfig(
        {
          "blue-green:target": "ovh",
          "blue-green:drainSeconds": "30",
          "blue-green:allowLiveChange": "false",
          "blue-green:activeColor": "blue",
          "blue-green:blue": '{"image":"app:v1"}',
          "blue-green:ovh": '{"region":"GRA11"}',
          "blue-green:ssh": `{"secret":"${"s".repeat(32)}","allowedCidrs":["192.0.2.0/24"]}`,
          "openstack:userName": "ann",
          "openstack:tenantId": "p1",
          "openstack:region": "SBG5",
        },
        ["blue-green:ssh"],
      );
      const account = readSettings().ovh?.account;
      expect(account).to.include({ userName: "ann", password: "password", tenantId: "p1" });
      expect(account?.region).to.equal("GRA11");
    } finally {
      if (before === undefined) delete process.env["OS_PASSWORD"];
      else process.env["OS_PASSWORD"] = before;
    }
  });

  it("names the stack in its message", () => {
    pulumi.runtime.setAllConfig({ "blue-green:activeColor": "blue" });
    expect(() => readSettings()).to.throw('A setting of the stack "test" is invalid');
  });
});
