import { expect } from "chai";
import { X509Certificate } from "node:crypto";
import { Authority } from "../../../../dev/emulators/digitalocean/plane/certificate.ts";
import { Barbican } from "../../../../dev/emulators/openstack/barbican/index.ts";
import { pkcs12Of } from "../../../helpers/storedCertificate.ts";

describe("an emulated Barbican", () => {
  let barbican: Barbican;

  beforeEach(() => {
    barbican = new Barbican();
  });

  it("keeps a secret until it is deleted", async () => {
    const ref = await store(Buffer.from("open sesame"));
    const path = new URL(ref).pathname.replace("/key-manager", "");
    const { status, body } = await ask("GET", path);
    expect(status).to.equal(200);
    expect(body).to.include({ name: "shop", status: "ACTIVE", secret_ref: ref });
    expect(barbican.count()).to.deep.equal({ secrets: 1 });
    expect((await ask("DELETE", path)).status).to.equal(204);
    expect((await ask("GET", path)).status).to.equal(404);
    expect(barbican.count()).to.deep.equal({ secrets: 0 });
  });

  it("lets Octavia read PKCS #12 files without a password, and nothing else", async () => {
    const issued = new Authority("tests").issue(["shop.example"]);
    const ref = await store(await pkcs12Of(issued));
    const pem = barbican.certificate(ref) ?? "";
    expect(pem).to.match(/BEGIN PRIVATE KEY/);
    const leaf = pem.slice(pem.indexOf("-----BEGIN CERTIFICATE"));
    expect(new X509Certificate(leaf).subjectAltName).to.equal("DNS:shop.example");
    expect(barbican.certificate(await store(Buffer.from(issued.certificate)))).to.equal(undefined);
    expect(barbican.certificate(ref.replace(/.$/, "x"))).to.equal(undefined);
  });

  async function store(payload: Buffer): Promise<string> {
    const { status, body } = await ask("POST", "/v1/secrets", {
      ...{ name: "shop", secret_type: "opaque", payload: payload.toString("base64") },
      ...{ payload_content_type: "application/octet-stream", payload_content_encoding: "base64" },
    });
    expect(status).to.equal(201);
    return (body as { secret_ref: string }).secret_ref;
  }

  function ask(method: string, path: string, body?: object) {
    const headers = { host: "127.0.0.1:9" };
    const query = new URLSearchParams();
    return barbican.handle({ method, path, query, headers, body, projectId: "shop" });
  }
});
