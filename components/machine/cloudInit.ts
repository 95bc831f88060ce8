import type { HostKeys } from "./hostKeys.ts";

/** The user that this program logs in as. */
export const DEPLOY_USER = "deploy";

export interface CloudInitArgs {
  readonly keys: HostKeys;
  /** People who may log in too; lines of `authorized_keys`. */
  readonly authorizedKeys: readonly string[];
  /** Further IPv4 addresses of the host; the cloud configures only one. */
  readonly addresses?: readonly string[];
}

/**
 * The user data of a host: Docker and security updates from the distribution's packages, the deploy
 * user, and the host key that the first connection expects. cloud-config is YAML, and JSON is YAML.
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
    // Docker's package keeps an existing group.
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

/** A separate package since Debian 13, which may not come with Docker. */
const DOCKER_CLIENT = "command -v docker || apt-get install --yes docker-cli";

const METADATA_UNIT = "blue-green-metadata.service";

const ADDRESS_UNIT = "blue-green-addresses.service";

/** On the loopback device they answer from any network. */
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

/** Any process on a host can read the user data at this address; containers don't need it. */
const METADATA_ADDRESS = "169.254.169.254";

const FILES = [
  {
    path: "/etc/apt/apt.conf.d/20auto-upgrades",
    content: 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
  },
  {
    // Containers keep running during an update of Docker.
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
