import { execa } from "execa";
import { docker } from "../../helpers/testStack.ts";
import { type Labels, labelOptions } from "../labels.ts";
import { addressIn, upperHalf } from "./subnet.ts";

export interface NetworkArgs {
  readonly name: string;
  /** Such as `10.110.0.0/20`. Left out: Docker picks one. */
  readonly subnet?: string;
  readonly labels: Labels;
}

/** The gateway, which is this machine. */
const GATEWAY_OFFSET = 1;
const TRIES = 5;

/** Addresses given out here whose containers Docker may not know yet, as `network address`. */
const reserved = new Set<string>();

/**
 * Makes a network, unless it is there, and returns its subnet. Containers without a fixed address
 * get one of its upper half.
 */
export async function ensureNetwork(args: NetworkArgs): Promise<string> {
  for (let left = TRIES; left > 0 && !(await isThere(args.name)); left--) {
    const subnet = args.subnet ?? (await pickSubnet(args));
    await create(args, subnet).catch((error: unknown) => {
      // Somebody else may have taken the subnet, or made the network, in the meantime.
      if (args.subnet !== undefined || left === 1) throw error;
    });
  }
  return subnetOf(args.name);
}

/**
 * Keeps an address of a network for a container; without a wish, one of the lower half that no
 * container has, running or not: a machine keeps its address while its power is off, and Docker
 * would give it away.
 */
export async function reserveAddress(network: string, wish?: string): Promise<string> {
  if (wish !== undefined) return keep(network, wish);
  const subnet = await subnetOf(network);
  const taken = await fixedAddresses(network);
  for (let offset = GATEWAY_OFFSET + 1; ; offset++) {
    const address = addressIn(subnet, offset);
    const isFree = !taken.has(address) && !reserved.has(`${network} ${address}`);
    if (isFree) return keep(network, address);
  }
}

export function releaseAddress(network: string, address: string): void {
  reserved.delete(`${network} ${address}`);
}

function keep(network: string, address: string): string {
  reserved.add(`${network} ${address}`);
  return address;
}

async function isThere(name: string): Promise<boolean> {
  return !(await execa("docker", ["network", "inspect", name], { reject: false })).failed;
}

function subnetOf(network: string): Promise<string> {
  return docker(
    ...["network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", network],
  );
}

async function create({ name, labels }: NetworkArgs, subnet: string): Promise<void> {
  await docker(
    ...["network", "create", ...labelOptions(labels), "--subnet", subnet],
    ...["--gateway", addressIn(subnet, GATEWAY_OFFSET), "--ip-range", upperHalf(subnet), name],
  );
}

/** Docker gives fixed addresses only in a subnet that was asked for, so it is asked which is free. */
async function pickSubnet({ name, labels }: NetworkArgs): Promise<string> {
  const picked = `${name}-pick`;
  // Left by somebody who was killed right here.
  await execa("docker", ["network", "rm", picked], { reject: false });
  await docker("network", "create", ...labelOptions(labels), picked);
  const subnet = await subnetOf(picked);
  await docker("network", "rm", picked);
  return subnet;
}

async function fixedAddresses(network: string): Promise<Set<string>> {
  const ids = await docker("ps", "--all", "--quiet", "--filter", `network=${network}`);
  if (ids === "") return new Set();
  const format = `{{with index .NetworkSettings.Networks "${network}"}}{{with .IPAMConfig}}{{.IPv4Address}}{{end}}{{end}}`;
  const inspected = await execa(
    "docker",
    ["container", "inspect", "--format", format, ...ids.split("\n")],
    // One of them may have been removed since.
    { reject: false },
  );
  return new Set(inspected.stdout.split("\n"));
}
