import { expect } from "chai";
import { requiredHosts } from "../../../../components/cloud/requiredHosts.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const CONFIG = {
  target: "digitalocean",
  activeColor: "blue",
  blue: { image: "app:v1", count: 3 },
  digitalocean: { region: "fra1" },
  ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
};
const needs = (more: object, servicesSize?: string) =>
  requiredHosts(
    settingsFrom({ ...CONFIG, ...more }, ["ssh"]),
    { setting: "digitalocean.size", size: "large" },
    { setting: "digitalocean.servicesSize", size: servicesSize },
  );

describe("the hosts that a stack needs", () => {
  const blue = {
    ...{ setting: "digitalocean.size", size: "large" },
    hosts: ["blue-1", "blue-2", "blue-3"],
  };

  it("include each color's hosts, with its size or the default one", () => {
    const green = { setting: "green.size", size: "small", hosts: ["green-1"] };
    expect(needs({})).to.deep.equal([blue]);
    const second = { image: "app:v2", count: 1, size: "small" };
    expect(needs({ green: second })).to.deep.equal([blue, green]);
  });

  it("include the hosts of an edge", () => {
    const config = { balancer: "edge", edge: { size: "small" } };
    expect(needs(config)).to.deep.equal([
      blue,
      { setting: "edge.size", size: "small", hosts: ["edge-1", "edge-2"] },
    ]);
  });

  it("include one host for all services, with its size or the default one", () => {
    const one = (port: number) => ({ image: "redis:8", port });
    const services = { cache: one(6379), queue: one(6380) };
    const hosts = ["services"];
    expect(needs({ services })).to.deep.equal([
      blue,
      { setting: "digitalocean.size", size: "large", hosts },
    ]);
    expect(needs({ services }, "huge")).to.deep.equal([
      blue,
      { setting: "digitalocean.servicesSize", size: "huge", hosts },
    ]);
  });
});
