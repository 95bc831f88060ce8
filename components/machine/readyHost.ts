import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { shellQuote } from "../../lib/shell.ts";
import type { EdgeRecipe } from "../../lib/edgeRecipe.mjs";
import { stepCommand } from "../../lib/step.ts";
import { DEPLOY_USER, cloudInit } from "./cloudInit.ts";
import type { HostCommand, HostCommandArgs } from "./host.ts";
import { type SshSecrets, hostKeys, sshEnvironment } from "./hostKeys.ts";

/** How this program reaches the hosts of its stack. */
export interface SshAccess extends SshSecrets {
  /** People who may log in too; lines of `authorized_keys`. */
  readonly authorizedKeys: readonly string[];
}

/** Arguments common to all clouds' hosts. */
export interface MachineHostArgs {
  /** The host's name within its stack: `blue-1`. */
  readonly hostName: string;
  /** In the account or project: `blue-green-prod-blue-1`. */
  readonly machineName: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly access: SshAccess;
  /** Our HAProxy's image, which is built on the machine. */
  readonly haproxy: EdgeRecipe;
  /**
   * Whether its disk has files that outlive its containers: then it is never replaced, is deleted on request only,
   * and what is removed from the config is removed from it. Other hosts go with all that they run.
   */
  readonly keepsFiles?: boolean;
}

export interface ReadyHostArgs extends Pick<
  MachineHostArgs,
  "hostName" | "stack" | "access" | "keepsFiles"
> {
  /** At which this machine reaches the host. */
  readonly address: pulumi.Input<string>;
  /** Whether it existed when the `up` began, but did not answer. */
  readonly isSilent?: boolean;
  /** The droplet or instance; what runs on it disappears with it. */
  readonly machine: pulumi.CustomResource;
}

/** For a whole script; each of its steps has its own deadline. */
const SCRIPT_SECONDS = 3600;
/**
 * Enough for a host that is rebooting; @pulumi/command's default of 10 gives up after 11 s. With its
 * pauses of up to 5 s, a refused port is given up after one minute, a silent host after three.
 */
const DIAL_ATTEMPTS = 20;
const DIAL_SECONDS = 5;
/** For a host that was already silent when the `up` began. */
const DIAL_ATTEMPTS_IN_VAIN = 3;

/**
 * Takes a cloud machine from its first boot to the point where scripts can run on it: cloud-init has
 * ended, Docker runs, and the permanent keys are installed. Later it installs changed keys.
 */
export class ReadyHost extends pulumi.ComponentResource {
  readonly #args: ReadyHostArgs;
  readonly #ready: command.local.Command;

  constructor(name: string, args: ReadyHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:ssh:ReadyHost", name, {}, opts);
    this.#args = args;
    const { hostName, stack, access } = args;
    const { authorizedKeys } = access;
    this.#ready = new command.local.Command(
      name,
      {
        create: stepCommand("host-ready"),
        stdin: pulumi.jsonStringify({
          stack,
          hostName,
          address: args.address,
          authorizedKeys,
        }),
        environment: pulumi.secret(sshEnvironment(access)),
        triggers: [args.machine.id],
        logging: "none",
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /**
   * Runs a command as the deploy user, and again on a new machine, even one with the old address. There
   * is no clean-up unless the host keeps files: everything disappears with the machine.
   */
  run(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions): HostCommand {
    const { access, stack, hostName, address, machine, isSilent = false } = this.#args;
    const { keepsFiles = false } = this.#args;
    const keys = hostKeys(access.secret, stack, hostName);
    return new command.remote.Command(
      name,
      {
        connection: {
          host: address,
          user: DEPLOY_USER,
          privateKey: pulumi.secret(keys.deploy.privateKey),
          hostKey: keys.host.publicKey,
          dialErrorLimit: isSilent ? DIAL_ATTEMPTS_IN_VAIN : DIAL_ATTEMPTS,
          perDialTimeout: DIAL_SECONDS,
        },
        ...(keepsFiles
          ? updated(args, machine)
          : { create: limited(args.create), triggers: [machine.id] }),
        ...(args.stdin !== undefined && { stdin: args.stdin }),
        addPreviousOutputInEnv: false,
        logging: "none",
      },
      pulumi.mergeOptions(opts, { dependsOn: [this.#ready], deletedWith: machine }),
    );
  }
}

/**
 * A trigger would replace the command for a new machine, and then remove what it made from the old one, which is lost.
 * A changed text updates it.
 */
function updated({ create, delete: removal }: HostCommandArgs, { id }: pulumi.CustomResource) {
  return {
    create: pulumi.interpolate`${limited(create)} # on ${id}`,
    ...(removal !== undefined && { delete: limited(removal) }),
  };
}

function limited(script: pulumi.Input<string>): pulumi.Output<string> {
  const quoted = pulumi.output(script).apply(shellQuote);
  return pulumi.interpolate`timeout --kill-after=10 ${SCRIPT_SECONDS} sh -c ${quoted}`;
}

/**
 * The user data of a host in a cloud, with this program's keys.
 *
 * @param addresses Further addresses of the host, see `cloudInit`.
 */
export function firstBoot(
  access: SshAccess,
  stack: string,
  hostName: string,
  addresses: pulumi.Input<readonly string[]> = [],
): pulumi.Output<string> {
  const { secret, authorizedKeys } = access;
  const keys = hostKeys(secret, stack, hostName);
  return pulumi.secret(
    pulumi
      .output(addresses)
      .apply((known) => cloudInit({ keys, authorizedKeys, addresses: known })),
  );
}
