import { type Site, sitePaths } from "../hosts/site";
import { configFile, type ServiceName } from "./services";

/** The system user whom the daemons run as; nothing but their logs and leases is writable for it. */
export const serviceUser = "fcos-pxe";

/** Where servers lie by default; their units are called by what comes behind it. */
export const systemDirectory = "/var/lib/fcos-pxe";

/** "fcos-pxe-<name>", by the site's directory: two servers on one host have different ones. */
export function unitBaseName(site: Site): string {
  const directory = site.directory.startsWith(`${systemDirectory}/`)
    ? site.directory.slice(systemDirectory.length + 1)
    : site.directory.slice(1);
  return `fcos-pxe-${directory.replace(/[^\w.]+/g, "-")}`;
}

export const unitName = (site: Site, name: ServiceName) => `${unitBaseName(site)}-${name}.service`;

export const unitFile = (site: Site, name: ServiceName) => `/etc/systemd/system/${unitName(site, name)}`;

/** What each daemon may do beyond an ordinary user: listen below port 1024; dnsmasq also answers who has no address yet. */
export const capabilities: Record<ServiceName, readonly string[]> = {
  nginx: ["CAP_NET_BIND_SERVICE"],
  dnsmasq: ["CAP_NET_BIND_SERVICE", "CAP_NET_ADMIN", "CAP_NET_RAW"],
};

const starts: Record<ServiceName, (binary: string, config: string, run: string) => string> = {
  // never in the background: systemd is to know the process itself
  dnsmasq: (binary, config, run) =>
    `${binary} --keep-in-foreground --pid-file=${run}/dnsmasq.pid --user= --conf-file=${config}`,
  nginx: (binary, config) => `${binary} -e stderr -c ${config}`,
};

/** One daemon's unit (systemd.service(5), systemd.exec(5)); `binary` is its absolute path on that host. */
export function unitText(site: Site, name: ServiceName, binary: string): string {
  const { log, run } = sitePaths(site);
  const granted = capabilities[name].join(" ");
  return `# written by pulumi-fcos-pxe; changes are overwritten
[Unit]
Description=${name} of the PXE server in ${site.directory}
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${starts[name](binary, configFile(site, name), run)}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
User=${serviceUser}
Group=${serviceUser}
UMask=0027
AmbientCapabilities=${granted}
CapabilityBoundingSet=${granted}
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=${log} ${run}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`;
}
