import { setTimeout as sleep } from "node:timers/promises";
import { scriptCall, scriptInput } from "../../lib/hostScript.ts";
import { hostKeys, sshSecretsFromEnvironment } from "./hostKeys.ts";
import { exec, type ExecResult } from "./exec.ts";
import { type SshTarget, Unreachable, anySshTarget, readySshTarget } from "./sshTarget.ts";

export interface MakeReadyInput {
  readonly stack: string;
  readonly hostName: string;
  readonly address: string;
  readonly authorizedKeys: readonly string[];
}

/** For the host to answer once the cloud calls it active, and for cloud-init to end. */
const BOOT_SECONDS = 600;
const ROUND_MS = 2000;

/** The step `host-ready` of `ReadyHost`: waits for a new host and updates its keys. */
export async function makeReady(host: MakeReadyInput): Promise<string> {
  const { stack, hostName, address, authorizedKeys } = host;
  const secrets = sshSecretsFromEnvironment();
  const keys = hostKeys(secrets.secret, stack, hostName);
  const where = { hostName, publicAddress: address };
  const values = {
    HOST: hostName,
    BOOT_SECONDS,
    AUTHORIZED: [keys.deploy.publicKey, ...authorizedKeys].join("\n"),
  };
  const script = scriptInput("ready.sh", values, keys.host.privateKey.trim());
  await once(anySshTarget(where, stack, secrets), script);
  // From here on the program uses only these keys, so test them.
  await once(readySshTarget(where, stack, secrets), "up() { :; }\n");
  return "ready";
}

/** Runs a script on a host that may still be starting. */
async function once(target: SshTarget, script: string): Promise<void> {
  const { code, stderr } = await reached(target, script);
  if (code !== 0) throw new Error(stderr.trim() || `${target.name}: ended with code ${code}`);
}

async function reached(target: SshTarget, script: string): Promise<ExecResult> {
  const until = Date.now() + BOOT_SECONDS * 1000;
  const options = { input: script, timeoutMs: (BOOT_SECONDS + 60) * 1000 };
  for (;;) {
    try {
      return await exec(target, ["sh", "-c", scriptCall("up")], options);
    } catch (error) {
      if (!(error instanceof Unreachable) || Date.now() > until) throw error;
      await sleep(ROUND_MS);
    }
  }
}
