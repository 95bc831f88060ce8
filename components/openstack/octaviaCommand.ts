import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { OpenStackAccount } from "../../lib/settings/types.ts";
import { accountEnvironment } from "./account.ts";

/** What Pulumi's provider can't do is done by a program of ours, run on this machine. */
export function octaviaCommand(
  name: string,
  program: "setMembers" | "setPersistence" | "setRedirect" | "setRoute",
  input: pulumi.Input<object>,
  account: OpenStackAccount,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  return new command.local.Command(
    name,
    {
      create: `exec node --import tsx components/openstack/${program}.ts`,
      stdin: pulumi.jsonStringify(input),
      environment: pulumi.secret(accountEnvironment(account)),
      logging: "none",
    },
    opts,
  );
}
