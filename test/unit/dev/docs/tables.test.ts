import { expect } from "chai";
import { writeTables } from "../../../../dev/docs/tables.ts";

const document = (name: string) =>
  `before\n\n<!-- settings: ${name} -->\n| stale |\n<!-- end of settings -->\n\nafter\n`;

describe("the tables of settings in the documentation", () => {
  it("are written between their markers, and leave all other text unchanged", () => {
    const text = writeTables(document("everywhere"));
    expect(text).to.match(/^before\n\n<!-- settings: everywhere -->\n\n\| key \| form/);
    expect(text).to.match(/\|\n\n<!-- end of settings -->\n\nafter\n$/);
    expect(text).not.to.include("stale");
  });

  it("show type, default and description of each setting", () => {
    const lines = writeTables(document("everywhere")).split("\n");
    expect(lines).to.include(
      "| `target` | `local`, `digitalocean` or `ovh` | `local` | where the stack runs |",
    );
    expect(lines).to.include(
      "| `app.port` | 1 to 65535 | `8000` | port of the app in its container |",
    );
    expect(lines).to.include(
      "| `activeColor` | `blue` or `green` | required | the color that takes traffic |",
    );
  });

  it("have one row for settings shared by both colors or by all hooks", () => {
    const colors = writeTables(document("everywhere"));
    expect(colors.match(/blue\.count/g)).to.have.length(1);
    expect(colors).to.include("| `blue.count`, `green.count` |");
    const hooks = writeTables(document("releases"));
    expect(hooks.match(/hooks/g)).to.have.length(2);
    expect(hooks).to.include("| `release.hooks.*.command` |");
  });

  it("are separate for settings of some targets", () => {
    const clouds = writeTables(document("clouds"));
    expect(clouds).to.include("| `ovh.region` |");
    expect(clouds).not.to.include("| `app.port` |");
    expect(writeTables(document("everywhere"))).not.to.include("ovh.region");
  });

  it("reject a marker that names no table", () => {
    expect(() => writeTables(document("nowhere"))).to.throw('no table "nowhere"');
  });
});
