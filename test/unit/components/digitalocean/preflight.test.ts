import { expect } from "chai";
import {
  monthlyCost,
  type Availability,
  availabilityProblems,
} from "../../../../components/digitalocean/preflight.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const CONFIG = {
  target: "digitalocean",
  activeColor: "blue",
  blue: { image: "app:v1", count: 3 },
  green: { image: "app:v2", count: 1, size: "small" },
  digitalocean: { region: "fra1", size: "large" },
  ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
};
const OFFER: Availability = {
  sizes: [
    { slug: "large", available: true, regions: ["fra1"], price_monthly: 12 },
    { slug: "small", available: true, regions: ["fra1", "nyc3"], price_monthly: 4.5 },
  ],
  regions: [
    { slug: "fra1", available: true },
    { slug: "nyc3", available: true },
    { slug: "nyc2", available: false },
  ],
  image: { regions: ["fra1"] },
  tls: {},
  dropletLimit: 10,
  droplets: 2,
  ownDroplets: 0,
};

const problems = (config: object, availability: Partial<Availability> = {}) =>
  availabilityProblems(settingsFrom({ ...CONFIG, ...config }, ["ssh"]), {
    ...OFFER,
    ...availability,
  });

describe("the preflight of a DigitalOcean account", () => {
  it("adds up the vendor's prices, including a load balancer", () => {
    expect(monthlyCost(settingsFrom(CONFIG, ["ssh"]), OFFER)).to.equal(3 * 12 + 4.5 + 12);
    const alone = settingsFrom({ ...CONFIG, balancer: "edge", edge: { hosts: 1 } }, ["ssh"]);
    expect(monthlyCost(alone, OFFER)).to.equal(3 * 12 + 4.5 + 12);
  });

  it("passes when everything is available", () => {
    expect(problems({})).to.deep.equal([]);
  });

  it("reports everything that is missing in one message", () => {
    const found = problems(
      { green: { image: "app:v2", size: "tiny" }, digitalocean: { region: "nyc2", image: "beos" } },
      { image: undefined, dropletLimit: 4 },
    );
    expect(found).to.have.length(5);
    expect(found[0]).to.include("digitalocean.region: must be a region that accepts new droplets");
    expect(found[1]).to.include('digitalocean.image: the account has no image "beos"');
    expect(found[2]).to.include("digitalocean.size");
    expect(found[3]).to.include('green.size: "tiny" is not a size');
    expect(found[4]).to.include("may have 4 droplets and has 2 besides this stack, which needs 5");
  });

  it("requires the named certificate", () => {
    const tls = { certificate: "shop" };
    expect(problems({ tls }, { tls: { certificates: ["old", "shop"] } })).to.deep.equal([]);
    expect(problems({ tls }, { tls: { certificates: ["old"] } })).to.deep.equal([
      'tls.certificate: the account has no certificate "shop"; it has: old. Add it to the ' +
        "account, or set another: pulumi config set --path tls.certificate old",
    ]);
    expect(problems({ tls }, { tls: { certificates: [] } })[0]).to.include("it has none");
  });

  it("requires domains that the account's DNS manages", () => {
    const tls = { domains: ["example.com", "*.example.com", "a.b.example.com", "notexample.com"] };
    expect(problems({ tls }, { tls: { domains: ["example.com"] } })).to.deep.equal([
      'tls.domains: "notexample.com" is in no domain that the account\'s DNS manages (example.com). ' +
        "Add it there (doctl compute domain create notexample.com) and set its name servers at its " +
        "registrar, or upload a certificate of your own and name it in tls.certificate.",
    ]);
  });

  it("excludes the stack's own droplets from the limit", () => {
    expect(problems({}, { dropletLimit: 6, droplets: 6, ownDroplets: 4 })).to.deep.equal([]);
    expect(problems({}, { dropletLimit: 5, droplets: 6, ownDroplets: 4 })).to.have.length(1);
  });
});
