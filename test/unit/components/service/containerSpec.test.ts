import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { localStack } from "../../../../components/local/localTarget.ts";
import { CONTAINER_SCRIPTS } from "../../../../components/service/appContainer.ts";
import { parseFixed } from "../../../../lib/fixedValues.ts";
import { scriptText } from "../../../../lib/hostScript.ts";
import { stackNames } from "../../../../lib/naming.ts";
import { readScriptHeader } from "../../../../lib/shell.ts";
import { command, PLAN } from "../../../helpers/components.ts";
import { recordResources } from "../../../helpers/mocks.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const ANSWERS = {
  network: "172.18.0.0/16",
  ...{ "blue-image": "sha256:b1\nsha256:b2", "green-image": "sha256:a1\nsha256:a2" },
  ...{ "blue-1": "", "blue-2": "", "green-1": "", "green-2": "" },
  ...{ gate: "", "blue-gate": "", "green-gate": "", edge: "", "edge-route": "blue:0:off" },
};

/** The script that `pulumi up` runs for one of the stack's containers. */
async function scriptOf(name: string, more: object = {}): Promise<string> {
  const recorder = await recordResources(ANSWERS);
  localStack(
    {
      settings: settingsFrom({ ...MINIMAL, ...more }),
      plan: PLAN,
      names: stackNames("blue-green", "test"),
      hooks: () => undefined,
    },
    "edge:1",
  );
  return String(command(await recorder.registrations(), name).inputs["stdin"]);
}

const specOf = (script: string) =>
  execFileSync("sh", { input: `${script}\nspec`, encoding: "utf8" }).trim();

const hashOf = (lines: readonly string[]) =>
  execFileSync("sh", ["-c", "sha256sum | cut -d ' ' -f 1"], {
    input: `${lines.join("\n")}\n`,
    encoding: "utf8",
  }).trim();

/** The body between `name() {` and the next `}` at the start of a line. */
const functionIn = (script: string, name: string) =>
  new RegExp(`^${name}\\(\\) \\{$([^]*?)^\\}$`, "m").exec(script)?.[1] ?? "";

describe("the hash of a container's spec", () => {
  it("covers every fixed value, in an order that keeps containers of earlier versions current", async () => {
    const script = await scriptOf("blue-2");
    const values = readScriptHeader(script);
    const names = ["IMAGE", "PORT", "NETWORK", "ADDRESS", "APP_USER", "MEMORY", "CPUS", "PIDS"];
    const before = [...names, "STOP_SECONDS", "INPUT"].map((name) => values[name] ?? "none");
    expect(specOf(script)).to.equal(hashOf(before));
  });

  it("is the same for an edge", async () => {
    const script = await scriptOf("edge");
    const values = readScriptHeader(script);
    const names = ["EDGE_IMAGE", "NETWORK", "ADDRESS", "PUBLISH"];
    expect(specOf(script)).to.equal(hashOf(names.map((name) => values[name] ?? "none")));
  });

  it("contains each value that docker run gets", async () => {
    const app = {
      ...{ command: "a", entrypoint: "b", volumes: [{ name: "c", path: "/c" }], tmpMb: 1 },
      ...{ writablePaths: ["/d"], readOnly: false, capAdd: ["CHOWN"] },
    };
    const fixed = parseFixed(readScriptHeader(await scriptOf("blue-1", { app }))["FIXED"] ?? "");
    // Only in a cloud do containers get the addresses of services.
    const known = [...fixed.map(({ name }) => name), "SERVICES"];
    // Names and labels of the container; a new name is a new resource.
    const names = [
      "CONTAINER",
      "HOST",
      "STACK",
      "COLOR",
      "GENERATION",
      "IMAGE_REF",
      "NODE",
      "PROCESS",
      "KIND",
      "SETTINGS",
      "LONG",
      "HEALTH",
    ];
    const text = CONTAINER_SCRIPTS.map(scriptText).join("");
    const used = [
      "start",
      "user",
      "attached",
      "mounted",
      "shared",
      "writable",
      "capabilities",
    ].flatMap((name) => [...functionIn(text, name).matchAll(/\$\{?([A-Z_]+)/g)]);
    const variables = new Set(used.map(([, variable]) => variable ?? ""));
    expect(variables).to.include("MEMORY");
    expect([...variables].filter((one) => ![...known, ...names].includes(one))).to.deep.equal([]);
  });
});
