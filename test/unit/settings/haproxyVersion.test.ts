import { expect } from "chai";
import { edgeRecipe, hostRecipe } from "../../../lib/edgeRecipe.mjs";
import {
  haproxyVersion,
  localRecipe,
  newestRecipe,
  olderVersionWarning,
  versionIn,
} from "../../../settings/haproxyVersion.ts";
import type { Settings } from "../../../settings/types.ts";
import { settingsFrom } from "../../helpers/settings.ts";

const MINIMAL = { activeColor: "blue", blue: { image: "app:1" } };
const local = (edge: object = {}): Settings => settingsFrom({ ...MINIMAL, edge });

/** The shape of a cloud's settings, with the image that they name. */
function inCloud(target: "digitalocean" | "ovh", image: string, edge: object = {}): Settings {
  return { ...local(edge), target, [target]: { image } };
}

describe("the version of our HAProxy", () => {
  it("matches the hosts' Debian in a cloud", () => {
    expect(haproxyVersion(inCloud("digitalocean", "debian-12-x64"))).to.equal("2.6");
    expect(haproxyVersion(inCloud("digitalocean", "debian-13-x64"))).to.equal("3.0");
    expect(haproxyVersion(inCloud("ovh", "Debian 12"))).to.equal("2.6");
    expect(haproxyVersion(inCloud("ovh", "Debian 13"))).to.equal("3.0");
    expect(haproxyVersion(inCloud("ovh", "Debian 14 - UEFI"))).to.equal("3.0");
  });

  it("stays the first one on hosts of another distribution", () => {
    expect(haproxyVersion(inCloud("digitalocean", "ubuntu-24-04-x64"))).to.equal("2.6");
    expect(haproxyVersion(inCloud("ovh", "Ubuntu 24.04"))).to.equal("2.6");
  });

  it("is the running one on this machine, or the latest when none runs", () => {
    expect(haproxyVersion(local())).to.equal("3.0");
    expect(haproxyVersion(local(), "2.6")).to.equal("2.6");
  });

  it("is the configured one", () => {
    expect(haproxyVersion(local({ haproxy: "3.0" }), "2.6")).to.equal("3.0");
    expect(haproxyVersion(inCloud("ovh", "Debian 13", { haproxy: "2.6" }))).to.equal("2.6");
    expect(haproxyVersion(inCloud("ovh", "Ubuntu 24.04", { haproxy: "3.0" }))).to.equal("3.0");
  });

  it("is derived from the image", () => {
    expect(versionIn(hostRecipe("2.6").image)).to.equal("2.6");
    expect(versionIn(newestRecipe(local()).image)).to.equal("3.0");
    expect(versionIn(newestRecipe(local({ packageDate: "2026-11-28" })).image)).to.equal("3.0");
    for (const other of ["blue-green-edge:2.4", "blue-green-edge:latest", "haproxy:3.0", ""]) {
      expect(versionIn(other)).to.equal(undefined);
    }
  });

  it("causes a warning when it is outdated", () => {
    expect(olderVersionWarning("3.0")).to.deep.equal([]);
    expect(olderVersionWarning("2.6").join()).to.include("config set --path edge.haproxy 3.0");
  });
});

describe("the name of an edge's image", () => {
  const TODAY = { packageDate: "2026-11-28" };

  it("holds the version, the date of the packages, and a hash of the recipe", () => {
    expect(newestRecipe(local()).image).to.match(/^blue-green-edge:3\.0-[0-9a-f]{12}$/);
    expect(newestRecipe(local(TODAY)).image).to.match(
      /^blue-green-edge:3\.0-20261128-[0-9a-f]{12}$/,
    );
    const { base, dockerfile, packageDate } = newestRecipe(local(TODAY));
    expect(base).to.include("debian:trixie-");
    expect(dockerfile).to.include("ARG PACKAGE_DATE");
    expect(packageDate).to.equal("2026-11-28");
  });

  it("differs with the base", () => {
    const hash = (version: "2.6" | "3.0") => edgeRecipe(version).image.split("-").at(-1);
    expect(hash("2.6")).not.to.equal(hash("3.0"));
  });

  it("stays on this machine until another version or other packages are asked for", () => {
    for (const running of ["blue-green-edge:3.0", "blue-green-edge:3.0-0123456789ab"]) {
      expect(localRecipe(local(), running).image).to.equal(running);
      expect(localRecipe(local(TODAY), running)).to.deep.equal(newestRecipe(local(TODAY)));
      const other = localRecipe(local({ haproxy: "2.6" }), running);
      expect(other).to.deep.equal(edgeRecipe("2.6"));
    }
    const patched = "blue-green-edge:3.0-20261128-0123456789ab";
    expect(localRecipe(local(TODAY), patched).image).to.equal(patched);
    const later = local({ packageDate: "2026-12-01" });
    expect(localRecipe(later, patched)).to.deep.equal(newestRecipe(later));
    expect(localRecipe(local())).to.deep.equal(newestRecipe(local()));
  });
});
