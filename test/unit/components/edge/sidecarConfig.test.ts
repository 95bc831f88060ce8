import { expect } from "chai";
import { type SidecarConfig, sidecarConfig } from "../../../../components/edge/sidecarConfig.ts";

const CONFIG: SidecarConfig = {
  color: "green",
  app: { port: 8000, healthPath: "/up", healthHost: "shop.example.com", healthHeaders: {} },
  address: "10.0.0.3",
  colorHeader: "x-color",
  proxyProtocol: false,
  drainSeconds: 20,
};

describe("the sidecar's HAProxy configuration", () => {
  it("routes to the app and checks its health", () => {
    const text = sidecarConfig(CONFIG);
    expect(text).to.include("server app 10.0.0.3:8000 check");
    expect(text).to.include("uri '/up' ver HTTP/1.1 hdr Host shop.example.com\n");
  });

  it("serves the host's health on a separate port", () => {
    expect(sidecarConfig(CONFIG)).to.match(/frontend health\n {2}bind :8082\n/);
  });

  it("names the color to all clients, or only on request", () => {
    expect(sidecarConfig(CONFIG)).to.include("set-header x-color green");
    const silent = sidecarConfig({ ...CONFIG, colorHeader: "" });
    expect(silent.match(/set-header .*/g)).to.deep.equal([
      "set-header x-blue-green-color green if { var(txn.probe) -m found }",
    ]);
  });

  it("reloads without resetting a client's connection, within a time limit", () => {
    const text = sidecarConfig(CONFIG);
    expect(text).to.include("hard-stop-after 20s");
    expect(text).to.include("expose-fd listeners");
    expect(text).to.include("option idle-close-on-response");
  });

  it("takes the client's address from the PROXY protocol when that is set", () => {
    expect(sidecarConfig(CONFIG)).not.to.include("accept-proxy");
    expect(sidecarConfig({ ...CONFIG, proxyProtocol: true })).to.include("bind :8080 accept-proxy");
  });
});
