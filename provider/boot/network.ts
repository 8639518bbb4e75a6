import { isIPv4 } from "node:net";
import { parseDuration } from "./duration";

/** Who tells machines by DHCP: this server alone, this server beside one that hands out addresses, or another one alone. */
export type DhcpMode = "server" | "proxy" | "none";

/** Both ends are handed out. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/** What a DHCP server gives to machines beside what they boot. */
export interface Handout {
  readonly ranges?: readonly AddressRange[];
  /** How long an address is lent: "12h". */
  readonly leaseTime?: string;
  /** By the names that dnsmasq has for them (`dnsmasq --help dhcp`), or by their numbers (RFC 2132 and IANA's registry). */
  readonly dhcpOptions?: Readonly<Record<string, string | readonly string[]>>;
}

/** The network that machines boot from, as dnsmasq and nginx need it. */
export interface Network extends Required<Handout> {
  readonly interface: string;
  /** The server's own address on it. */
  readonly address: string;
  readonly netmask: string;
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
    ranges: [{ first: toAddress(middle), last: toAddress(subnet.last - 1) }],
    leaseTime: "1h",
    dhcpOptions: {},
    first: toAddress(subnet.first),
  };
}

/** Options that the package sets itself, by which machines find what they boot. */
const reservedOptions = ["vendor-class", "tftp-server", "bootfile-name", "43", "51", "53", "54", "60", "66", "67"];

const shortestLeaseMs = 120_000; // dnsmasq gives no shorter one

/** What is wrong with what a DHCP server is to give; `address` is the server's own, absent: the subnet's first. */
export function handoutProblems(
  handout: Handout,
  subnet: Subnet,
  dhcp: DhcpMode,
  address = toAddress(subnet.first + 1),
): string[] {
  const { ranges = [], leaseTime, dhcpOptions = {} } = handout;
  if (dhcp !== "server")
    return (["ranges", "leaseTime", "dhcpOptions"] as const)
      .filter((name) => handout[name] !== undefined)
      .map((name) => `network.${name} is for dhcp "server": with dhcp "${dhcp}" another server gives addresses`);
  return [
    ...ranges.flatMap((range, index) => rangeProblem(range, ranges.slice(0, index), subnet, address) ?? []),
    ...(leaseTime !== undefined && (parseDuration(leaseTime) ?? 0) < shortestLeaseMs
      ? [`network.leaseTime must be two minutes or more, got "${leaseTime}"`]
      : []),
    ...Object.keys(dhcpOptions)
      .filter((name) => reservedOptions.includes(name) || Number(name) > 254)
      .map((name) => `network.dhcpOptions.${name} must be left to the package, or is no option`),
  ];
}

function rangeProblem(
  range: AddressRange,
  others: readonly AddressRange[],
  subnet: Subnet,
  address: string,
): string | undefined {
  const { first, last } = range;
  const told = `network.ranges ${first} to ${last}`;
  if (!isInside(subnet, first) || !isInside(subnet, last)) return `${told} must lie inside network.subnet`;
  if (toNumber(first) > toNumber(last)) return `${told} must begin with the lower address`;
  const holds = (one: AddressRange, value: string) =>
    toNumber(one.first) <= toNumber(value) && toNumber(value) <= toNumber(one.last);
  if (holds(range, address)) return `${told} must not hold ${address}, which is the server's own`;
  const other = others.find((one) => holds(one, first) || holds(range, one.first));
  return other && `${told} must not overlap with ${other.first} to ${other.last}`;
}
