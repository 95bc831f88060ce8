import { readFile } from "node:fs/promises";
import { expect } from "chai";
import {
  haproxyImage,
  haproxyVersion,
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
    expect(versionIn(haproxyImage("2.6"))).to.equal("2.6");
    expect(versionIn("blue-green-edge:2.4")).to.equal(undefined);
    expect(versionIn("")).to.equal(undefined);
  });

  it("causes a warning when it is outdated", () => {
    expect(olderVersionWarning("3.0")).to.deep.equal([]);
    expect(olderVersionWarning("2.6").join()).to.include("config set --path edge.haproxy 3.0");
  });

  it("has one base image on this machine and in a cloud", async () => {
    const digests = async (file: string) =>
      [...(await readFile(file, "utf8")).matchAll(/"(debian:[^"]+@sha256:[0-9a-f]{64})"/g)]
        .map(([, reference]) => reference)
        .sort();
    const ofClouds = await digests("components/edge/edgeImage.ts");
    expect(ofClouds).to.have.lengthOf(2);
    expect(await digests("dev/setup/baseImage.mjs")).to.deep.equal(ofClouds);
  });
});
