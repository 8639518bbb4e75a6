import { isIPv4 } from "node:net";

/** Who tells machines by DHCP: this server alone, this server beside one that hands out addresses, or another one alone. */
export type DhcpMode = "server" | "proxy" | "none";

/** The network that machines boot from, as dnsmasq and nginx need it. */
export interface Network {
  readonly interface: string;
  /** The server's own address on it. */
  readonly address: string;
  readonly netmask: string;
  readonly rangeStart: string;
  readonly rangeEnd: string;
  /** The subnet's first address, which is nobody's. */
  readonly first: string;
}

const toNumber = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

export interface Subnet {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
  readonly netmask: string;
}

/** Reads "10.44.0.0/24"; undefined where that is no IPv4 subnet. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = "", prefixText = ""] = text.split("/");
  const prefix = Number(prefixText);
  if (!isIPv4(address) || !/^\d+$/.test(prefixText) || prefix < 8 || prefix > 30) return undefined;
  const size = 2 ** (32 - prefix);
  const first = toNumber(address);
  if (first % size !== 0) return undefined;
  return { first, last: first + size - 1, prefix, netmask: toAddress(2 ** 32 - size) };
}

export const isInside = (subnet: Subnet, address: string) =>
  isIPv4(address) && toNumber(address) > subnet.first && toNumber(address) < subnet.last;

/** The server gets the first address; DHCP hands out the upper half, so that the lower is free for fixed ones. */
export function networkIn(subnet: Subnet, device: string): Network {
  const middle = Math.floor((subnet.first + subnet.last) / 2) + 1;
  return {
    interface: device,
    address: toAddress(subnet.first + 1),
    netmask: subnet.netmask,
    rangeStart: toAddress(middle),
    rangeEnd: toAddress(subnet.last - 1),
    first: toAddress(subnet.first),
  };
}
