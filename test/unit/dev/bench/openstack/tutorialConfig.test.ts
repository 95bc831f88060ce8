import { expect } from "chai";
import { execa } from "execa";
import {
  switchCommand,
  tutorialConfig,
} from "../../../../../dev/bench/openstack/tutorialConfig.ts";

const SERVERS = { blue: ["10.0.0.1:8000", "10.0.0.2:8000"], green: ["10.0.0.3:8000"] };

describe("bench of an HAProxy edited by hand", () => {
  it("has both colors' servers, and routes to blue at first", () => {
    const text = tutorialConfig(SERVERS);
    expect(text).to.include("\n  default_backend blue\n");
    expect(text).to.include(
      "backend blue\n  balance roundrobin\n  server blue-1 10.0.0.1:8000 check\n" +
        "  server blue-2 10.0.0.2:8000 check\n",
    );
    expect(text).to.match(/backend green\n {2}balance roundrobin\n {2}server green-1 .* check\n$/);
  });

  it("edits only the route", async () => {
    const script = /sed -i ('.*') \S+ && sudo systemctl reload haproxy$/.exec(
      switchCommand("green", "reload"),
    )?.[1];
    const input = tutorialConfig(SERVERS);
    const { stdout } = await execa("sh", ["-c", `sed ${script}`], { input });
    expect(stdout).to.equal(
      input.trimEnd().replace("default_backend blue", "default_backend green"),
    );
  });
});
