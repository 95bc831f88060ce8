import { expect } from "chai";
import { whatWentWrong } from "../../../../release/engine/upErrors.ts";

describe("what a Pulumi command says that fails", () => {
  it("is its diagnostics", () => {
    const said = [
      "Updating (prod):",
      " ~  command:local:Command gate updating",
      "Diagnostics:",
      "  command:local:Command (gate):",
      "    error: exit status 1: green-1 answers / with 500",
      "",
      "Outputs:",
      '    url: "http://localhost:8080"',
      "Resources:",
      "    12 unchanged",
    ].join("\n");
    expect(whatWentWrong("pulumi up", said)).to.equal(
      "pulumi up failed:\n  command:local:Command (gate):\n" +
        "    error: exit status 1: green-1 answers / with 500",
    );
  });

  it("is its errors where it has none", () => {
    const said = "code: 255\nstdout: \nstderr: x\nerror: no stack named 'prod' found\n";
    expect(whatWentWrong("select the stack", said)).to.equal(
      "select the stack failed:\nerror: no stack named 'prod' found",
    );
  });
});
