import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { scriptCall, scriptInput } from "../../../lib/hostScript.ts";

/** Docker's own words, as version 20.10 says them to a registry that answers so. */
const HEAD = 'Head "https://registry.example.com/v2/app/manifests/v1":';
const GET = 'Get "https://registry.example.com/v2/":';
const LOGIN = "login attempt to https://registry.example.com/v2/ failed with status:";
const TEMPORARY = [
  "toomanyrequests: slow down",
  "error parsing HTTP 429 response body: unexpected end of JSON input",
  "received unexpected HTTP status: 500 Internal Server Error",
  "received unexpected HTTP status: 503 Service Unavailable",
  `unexpected status from ${HEAD} 502 Bad Gateway`,
  `${GET} dial tcp 192.0.2.1:443: connect: connection refused`,
  `${GET} dial tcp 192.0.2.1:443: i/o timeout`,
  `${GET} net/http: TLS handshake timeout`,
  `${GET} net/http: request canceled (Client.Timeout exceeded while awaiting headers)`,
  `${GET} EOF`,
  `${GET} read tcp 192.0.2.2:41230->192.0.2.1:443: read: connection reset by peer`,
  "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
];
const LASTING = [
  `${HEAD} no basic auth credentials`,
  `${HEAD} unauthorized: authentication required`,
  "pull access denied for app, repository does not exist or may require 'docker login'",
  "received unexpected HTTP status: 403 Forbidden",
  "manifest for registry.example.com/app:v1 not found: manifest unknown: manifest unknown",
  `${GET} dial tcp: lookup registry.example.com: no such host`,
  `${GET} x509: certificate signed by unknown authority`,
];

/** Answers each login and each pull by the next line of a file: `login` or `pull`, and what it fails with. */
const DOCKER = `#!/bin/sh
case $1 in
login) cat >/dev/null ;;
pull) ;;
image) [ -e "$PLACE/pulled" ] && echo sha256:1; exit ;;
esac
echo "$1" >>"$PLACE/asked"
read -r what said <"$PLACE/answers" || :
if [ "$what" = "$1" ]; then
  sed -i 1d "$PLACE/answers"
  echo "Error response from daemon: $said" >&2
  exit 1
fi
[ "$1" != pull ] || : >"$PLACE/pulled"
`;

/** Notes the pauses between attempts, and waits for none of them. */
const SLEEP = `#!/bin/sh
case $1 in 1) exec /bin/sleep 1 ;; *) echo "$1" >>"$PLACE/pauses" ;; esac
`;

describe("a pull from a registry that fails", () => {
  let place: string;

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), "blue-green-retries-"));
    for (const [name, text] of Object.entries({ docker: DOCKER, sleep: SLEEP })) {
      await writeFile(join(place, name), text);
      await chmod(join(place, name), 0o755);
    }
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  const lines = async (file: string) =>
    (await readFile(join(place, file), "utf8").catch(() => "")).split("\n").filter(Boolean);

  /** @param answers What fails before the rest succeeds. */
  async function pull(answers: readonly string[], seconds = 900) {
    await writeFile(join(place, "answers"), answers.map((one) => `${one}\n`).join(""));
    for (const file of ["asked", "pauses", "pulled"]) await rm(join(place, file), { force: true });
    const values = {
      ...{ SETTING: "green.image", IMAGE: "registry.example.com/app:v1", PULL_SECONDS: seconds },
      ...{ REGISTRY: "registry.example.com", REGISTRY_USER: "ann" },
    };
    const { exitCode, stderr } = await execa("sh", ["-c", scriptCall("up")], {
      env: { PATH: `${place}:${process.env["PATH"]}`, PLACE: place },
      input: scriptInput("image.sh", values, "hunter2-registry"),
      reject: false,
    });
    return { exitCode, stderr, asked: await lines("asked"), pauses: await lines("pauses") };
  }

  it("is tried again once the registry answers nothing, 429 or 5xx", async () => {
    for (const said of TEMPORARY) {
      const { exitCode, stderr, asked, pauses } = await pull([`pull ${said}`]);
      expect({ exitCode, stderr, pauses }, said).to.deep.equal({
        ...{ exitCode: 0, stderr: "", pauses: ["2"] },
      });
      expect(asked).to.deep.equal(["login", "pull", "login", "pull"]);
    }
  });

  it("is tried again if the login failed for such a reason", async () => {
    const failures = [
      `login ${LOGIN} 503 Service Unavailable`,
      `login ${LOGIN} 429 Too Many Requests`,
    ];
    const { exitCode, asked, pauses } = await pull(failures);
    expect({ exitCode, pauses }).to.deep.equal({ exitCode: 0, pauses: ["2", "4"] });
    expect(asked).to.deep.equal(["login", "login", "login", "pull"]);
  });

  it("is given up after five attempts, with longer and longer pauses", async () => {
    const { exitCode, stderr, pauses } = await pull(Array<string>(9).fill(`pull ${TEMPORARY[3]}`));
    expect({ exitCode, pauses }).to.deep.equal({ exitCode: 1, pauses: ["2", "4", "8", "16"] });
    expect(stderr).to.match(
      /^green\.image: .* could not be pulled: .*503 Service Unavailable \(5 attempts\)\n.*Try again in some minutes\.$/,
    );
  });

  it("is given up when its time is over", async () => {
    const { exitCode, pauses } = await pull(Array<string>(9).fill(`pull ${TEMPORARY[0]}`), 13);
    expect({ exitCode, pauses }).to.deep.equal({ exitCode: 1, pauses: ["2", "4", "8"] });
  });

  it("is not tried again if the login is refused or the image is unknown", async () => {
    const refused = [401, 403, 404].map((status) => `login ${LOGIN} ${status} Refused`);
    for (const answer of [...LASTING.map((said) => `pull ${said}`), ...refused]) {
      const { exitCode, stderr, pauses } = await pull([answer]);
      expect({ exitCode, pauses }, answer).to.deep.equal({ exitCode: 1, pauses: [] });
      expect(stderr).to.match(/\n(Check the name|Check registry\.server)/);
    }
  });
});
