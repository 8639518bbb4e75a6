import type { Site } from "../hosts/site";
import { sitePaths } from "../hosts/site";
import { bootChoice, proxyServices } from "./bootChoice";
import { parseDuration } from "./duration";
import type { BootLoader } from "./entry";
import { type Identity, macOf } from "./identity";
import type { DhcpMode, Network } from "./network";

/**
 * dnsmasq's configuration: DHCP with addresses for everyone on the network, the boot program, TFTP (dnsmasq(8)). Machines
 * are not in it: each has a file of its own in `dhcp-hostsdir`, which dnsmasq takes up by itself.
 */
export function dnsmasqConfig(site: Site, network: Network, dhcp: DhcpMode = "server"): string {
  const paths = sitePaths(site);
  return `${[
    "# written by pulumi-fcos-pxe; changes are overwritten",
    "port=0",
    `interface=${network.interface}`,
    "except-interface=lo",
    "bind-interfaces",
    ...(dhcp === "none" ? [] : dhcpLines(site, network, dhcp)),
    "enable-tftp",
    `tftp-root=${paths.tftp}`,
    "tftp-max=500", // a room that is switched on at once; dnsmasq's own 50 would leave the rest without an answer
    `log-facility=${paths.log}/dnsmasq.log`,
  ].join("\n")}\n`;
}

function dhcpLines(site: Site, network: Network, dhcp: "server" | "proxy"): string[] {
  const paths = sitePaths(site);
  const leaseTime = (parseDuration(network.leaseTime) ?? 0) / 1000;
  const range =
    dhcp === "server"
      ? [
          ...["no-ping", "dhcp-authoritative"],
          ...network.ranges.map(({ first, last }) => `dhcp-range=${first},${last},${network.netmask},${leaseTime}`),
          ...Object.entries(network.dhcpOptions).map(dhcpOption),
          "dhcp-option=encap:175,176,1b # iPXE's no-pxedhcp: it need not wait two seconds for a proxyDHCP server beside this one",
        ]
      : [`dhcp-range=${network.first},proxy,${network.netmask}`];
  return [
    ...range,
    `dhcp-hostsdir=${paths.dhcpHosts}`,
    `dhcp-leasefile=${paths.run}/dhcp.leases`,
    ...bootChoice(site),
    ...(dhcp === "proxy" ? proxyServices() : []),
    "log-dhcp",
  ];
}

const dhcpOption = ([name, values]: [string, string | readonly string[]]) =>
  `dhcp-option=${[/^\d/.test(name) ? name : `option:${name}`, ...[values].flat()].join(",")}`;

export interface DhcpHost {
  readonly identity: Identity;
  readonly address?: string;
  readonly hostname?: string;
  readonly bootLoader?: BootLoader;
}

/**
 * One machine's line for `dhcp-hostsdir` (the right side of --dhcp-host); undefined where there is nothing to say, or where the
 * machine is known by something else than its MAC address, which DHCP knows it by.
 */
export function dhcpHostLine(host: DhcpHost): string | undefined {
  const mac = macOf(host.identity);
  if (!mac) return undefined;
  if (!host.address && !host.hostname && !host.bootLoader) return undefined;
  const tag = host.bootLoader && `set:${host.bootLoader}`;
  return `${[mac, tag, host.address, host.hostname].filter(Boolean).join(",")}\n`;
}
