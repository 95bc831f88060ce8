import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readSettings } from "../../settings.ts";
import { recordResources } from "../helpers/mocks.ts";

describe("reading a stack's config", () => {
  beforeEach(() => recordResources({}));

  it("takes the project's own keys, with their secrets marked", () => {
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
      isSecret: true,
    });
    expect(settings.appIsSecret).to.equal(false);
  });

  it("names the stack in its message", () => {
    pulumi.runtime.setAllConfig({ "blue-green:activeColor": "blue" });
    expect(() => readSettings()).to.throw('settings of the stack "test" are not right');
  });
});
