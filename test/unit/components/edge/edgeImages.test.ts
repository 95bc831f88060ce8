import { expect } from "chai";
import { edgeImageWarnings, edgesBehind } from "../../../../components/edge/edgeImages.ts";
import { newestRecipe } from "../../../../settings/haproxyVersion.ts";
import type { Settings } from "../../../../settings/types.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const OLD = { image: "blue-green-edge:3.0-0123456789ab", haproxy: "3.0.9-1" };
const local = (edge: object = {}): Settings => settingsFrom({ ...MINIMAL, edge });

function inCloud(target: "digitalocean" | "ovh", hosts: number): Settings {
  const settings = local();
  return {
    ...settings,
    target,
    edge: { ...settings.edge, hosts },
    [target]: { image: "debian-13-x64" },
  };
}

describe("the images of the edges", () => {
  it("need no word where they are the newest", () => {
    const edges = { edge: { image: newestRecipe(local()).image } };
    expect(edgesBehind(local(), edges)).to.deep.equal([]);
    expect(edgeImageWarnings(local(), edges)).to.deep.equal([]);
    expect(edgeImageWarnings(local())).to.deep.equal([]);
  });

  it("stay on this machine, and the warning says how to replace them and at what cost", () => {
    const [warning] = edgeImageWarnings(local(), { edge: OLD });
    expect(warning).to.include("blue-green-edge:3.0-0123456789ab (HAProxy 3.0.9-1)");
    expect(warning).to.include("pulumi config set --path edge.packageDate $(date +%F)");
    expect(warning).to.include("new ones fail for about a second");
  });

  it("are replaced once they are asked for", () => {
    const settings = local({ packageDate: "2026-11-28" });
    const [behind] = edgesBehind(settings, { edge: OLD });
    expect(behind).to.deep.include({ isReplaced: true, newest: newestRecipe(settings).image });
    expect(edgeImageWarnings(settings, { edge: OLD })[0]).to.include(
      "pulumi up replaces its container",
    );
  });

  it("are announced in a cloud, each with its cost", () => {
    const edges = { "edge-1": { image: newestRecipe(inCloud("ovh", 2)).image }, "edge-2": OLD };
    const [pair, ...rest] = edgeImageWarnings(inCloud("digitalocean", 2), edges);
    expect(rest).to.deep.equal([]);
    expect(pair).to.match(/^edge-2 runs the image .*one edge after the other/);
    for (const settings of [inCloud("digitalocean", 1), inCloud("ovh", 2)]) {
      expect(edgeImageWarnings(settings, edges)[0]).to.include("for about a second");
    }
  });
});
