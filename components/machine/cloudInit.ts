import type { HostKeys } from "./hostKeys.ts";

/** The user as which this program works on a host. */
export const DEPLOY_USER = "deploy";

export interface CloudInitArgs {
  readonly keys: HostKeys;
  /** People who may log in too; lines of `authorized_keys`. */
  readonly authorizedKeys: readonly string[];
  /** More IPv4 addresses at which the host is reached; the cloud tells it one only. */
  readonly addresses?: readonly string[];
}

/**
 * The user data of a host: Docker and security updates from the distribution's packages, the deploy
 * user, and the host key by which the first connection knows the host. cloud-config is YAML, and so
 * is JSON.
 */
export function cloudInit({ keys, authorizedKeys, addresses = [] }: CloudInitArgs): string {
  const hasMore = addresses.length > 0;
  const config = {
    ssh_deletekeys: true,
    ssh_genkeytypes: [],
    ssh_keys: {
      ed25519_private: keys.firstBoot.privateKey,
      ed25519_public: keys.firstBoot.publicKey,
    },
    ssh_pwauth: false,
    disable_root: true,
    // Docker's package takes the group that is there.
    groups: ["docker"],
    users: [
      {
        name: DEPLOY_USER,
        groups: ["docker"],
        shell: "/bin/bash",
        lock_passwd: true,
        sudo: "ALL=(ALL) NOPASSWD:ALL",
        ssh_authorized_keys: [keys.deploy.publicKey, ...authorizedKeys],
      },
    ],
    package_update: true,
    packages: ["docker.io", "iptables", "unattended-upgrades"],
    write_files: hasMore ? [...FILES, addressUnit(addresses)] : FILES,
    runcmd: [
      ["sh", "-c", DOCKER_CLIENT],
      ["systemctl", "daemon-reload"],
      [
        ...["systemctl", "enable", "--now", "docker.service", METADATA_UNIT],
        ...(hasMore ? [ADDRESS_UNIT] : []),
      ],
    ],
  };
  return `#cloud-config\n${JSON.stringify(config, undefined, 2)}\n`;
}

/** From Debian 13 on it is a package of its own, which an image may not install with Docker. */
const DOCKER_CLIENT = "command -v docker || apt-get install --yes docker-cli";

const METADATA_UNIT = "blue-green-metadata.service";

const ADDRESS_UNIT = "blue-green-addresses.service";

/** On the loopback device, where they answer whatever network they come from. */
function addressUnit(addresses: readonly string[]) {
  const commands = addresses.map((address) => `ExecStart=ip address replace ${address}/32 dev lo`);
  return {
    path: `/etc/systemd/system/${ADDRESS_UNIT}`,
    content: `[Unit]
Description=Answer at all addresses that the cloud leads here
After=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
${commands.join("\n")}

[Install]
WantedBy=multi-user.target
`,
  };
}

/** User data can be read at this address by all that runs on a host; containers have no use for it. */
const METADATA_ADDRESS = "169.254.169.254";

const FILES = [
  {
    path: "/etc/apt/apt.conf.d/20auto-upgrades",
    content: 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
  },
  {
    // An update of Docker leaves the containers running.
    path: "/etc/docker/daemon.json",
    content: '{ "live-restore": true }\n',
  },
  {
    path: `/etc/systemd/system/${METADATA_UNIT}`,
    content: `[Unit]
Description=Keep containers from the cloud's metadata
After=docker.service
PartOf=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=iptables -I DOCKER-USER -d ${METADATA_ADDRESS} -j REJECT
ExecStop=-iptables -D DOCKER-USER -d ${METADATA_ADDRESS} -j REJECT

[Install]
WantedBy=docker.service
`,
  },
];
