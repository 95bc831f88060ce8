import { expect } from "chai";
import { parseDeb822, parseList, sourcesFor } from "../../../../dev/setup/apt.mjs";

describe("apt sources", () => {
  it("are read from the one-line format, without comments and source packages", () => {
    const text = [
      "# deb http://old.example/debian bookworm main",
      "deb-src http://mirror.example/debian bookworm main",
      "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib # note",
    ].join("\n");
    expect(parseList(text)).to.deep.equal([
      { uri: "http://mirror.example/debian", suite: "bookworm", components: ["main", "contrib"] },
    ]);
  });

  it("are read from the stanza format, with several suites and continued lines", () => {
    const text = `Types: deb deb-src
# a comment
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no
`;
    expect(parseDeb822(text)).to.deep.equal([
      { uri: "http://mirror.example/debian", suite: "bookworm", components: ["main"] },
      { uri: "http://mirror.example/debian", suite: "bookworm-updates", components: ["main"] },
    ]);
  });

  const main = ["main"];
  const archive = { uri: "http://mirror.example/debian", suite: "bookworm", components: main };
  const security = {
    uri: "http://mirror.example/debian-security",
    suite: "bookworm-security",
    components: main,
  };

  it("for a release include its archive, updates and security", () => {
    const updates = { ...archive, suite: "bookworm-updates" };
    const other = { uri: "http://vendor.example/apt", suite: "stable", components: main };
    expect(sourcesFor([other, security, archive, updates], "bookworm")).to.deep.equal([
      archive,
      updates,
      security,
    ]);
  });

  it("of an adjacent release name the same mirror", () => {
    const trixie = [
      { ...archive, suite: "trixie" },
      { ...security, suite: "trixie-security" },
    ];
    expect(sourcesFor(trixie, "bookworm")).to.deep.equal([archive, security]);
  });

  it("are empty on a machine without a Debian mirror", () => {
    const ubuntu = { uri: "http://ubuntu.example/ubuntu", suite: "noble", components: main };
    expect(sourcesFor([ubuntu], "bookworm")).to.deep.equal([]);
  });
});
