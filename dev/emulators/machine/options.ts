/**
 * What a container needs to be a machine: systemd as process 1 and a Docker of its own. Not
 * `--privileged`, which fails where this machine itself has been denied a capability.
 *
 * SYS_ADMIN mounts, NET_ADMIN makes bridges and rules, SYS_PTRACE lets `docker exec` enter a
 * container whose user is not root. Control groups below its own belong to the machine, so that its
 * limits hold for all that its Docker starts.
 */
export const MACHINE_OPTIONS: readonly string[] = [
  ...["--cap-add", "SYS_ADMIN", "--cap-add", "NET_ADMIN", "--cap-add", "SYS_PTRACE"],
  ...["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"],
  ...["--cgroupns", "private"],
];
