import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { askedBy, type Identity, macOf } from "./identity";

/** How far the server's logs had come at a moment, so that what came later can be told from what was there. */
export interface LogPosition {
  readonly dnsmasq: number;
  readonly access: number;
}

const files = (site: Site) => ({
  dnsmasq: `${sitePaths(site).log}/dnsmasq.log`,
  access: `${sitePaths(site).log}/access.json`,
});

/** Where the logs stand now. */
export async function logPosition(host: Host, site: Site): Promise<LogPosition> {
  return { dnsmasq: (await host.size(files(site).dnsmasq)) ?? 0, access: (await host.size(files(site).access)) ?? 0 };
}

/** What a machine's requests are told apart by: the files that it was declared to boot. */
export interface Expected {
  readonly identity: Identity;
  readonly kernel: string;
  readonly initramfs: string;
  readonly rootfs?: string;
}

export interface Step {
  readonly what: string;
  /** Milliseconds since 1970; undefined where the log does not say. */
  readonly at?: number;
}

/** What the server saw of a machine since a position in its logs, oldest first. */
export async function stepsSince(host: Host, site: Site, from: LogPosition, expected: Expected): Promise<Step[]> {
  const dnsmasq = (await host.readFrom(files(site).dnsmasq, from.dnsmasq)).toString();
  const access = (await host.readFrom(files(site).access, from.access)).toString();
  return stepsIn(dnsmasq, access, expected);
}

/** The same, from the logs' texts: dnsmasq's (log-dhcp) and nginx's JSON lines. */
export function stepsIn(dnsmasq: string, access: string, expected: Expected): Step[] {
  const steps: Step[] = [];
  const addresses = addressesIn(dnsmasq, access, expected.identity);
  const mac = macOf(expected.identity);
  for (const line of dnsmasq.split("\n")) {
    const acknowledged = /DHCPACK\(\S+\) (\S+) (\S+)/.exec(line);
    const asked = /DHCPDISCOVER\(\S+\) (?:\S+ )?(([0-9a-f]{2}:){5}[0-9a-f]{2})/.exec(line);
    const sent = /sent (\S+) to (\S+)/.exec(line);
    if (acknowledged && (mac ? acknowledged[2] === mac : addresses.has(acknowledged[1]!)))
      steps.push({ what: `DHCP gave it ${acknowledged[1]}` });
    else if (asked && asked[1] === mac && steps.length === 0) steps.push({ what: "it asked for an address by DHCP" });
    else if (sent && addresses.has(sent[2]!)) steps.push({ what: `${nameOf(sent[1]!, expected)} sent by TFTP` });
  }
  for (const line of access.split("\n")) {
    const request = parseRequest(line);
    if (!request || !addresses.has(request.ip)) continue;
    const outcome = request.s < 400 ? "fetched" : `asked for, answered with ${request.s}`;
    if (request.m !== "HEAD") steps.push({ what: `${nameOf(request.u, expected)} ${outcome}`, at: request.t * 1000 });
  }
  return steps;
}

/**
 * The machine's addresses: what DHCP gave it, and, where another server does that, who said to have its MAC address or asked
 * for a file that bears it, or what else the machine is known by.
 */
function addressesIn(dnsmasq: string, access: string, identity: Identity): Set<string> {
  const own = askedBy(identity);
  const said = [
    new RegExp(`(?:DHCPACK|PXE)\\(\\S+\\) (\\d\\S*) ${identity}`, "g"),
    new RegExp(`sent \\S*${own.source}\\S* to (\\S+)`, "g"),
  ];
  const seen = said.flatMap((pattern) => [...dnsmasq.matchAll(pattern)].map(([, address]) => address!));
  const asked = access.split("\n").flatMap((line) => {
    const request = own.test(line) ? parseRequest(line) : undefined;
    return request ? [request.ip] : [];
  });
  return new Set([...seen, ...asked]);
}

function nameOf(path: string, expected: Expected): string {
  if (path.includes(expected.kernel)) return "kernel";
  if (path.includes(expected.initramfs)) return "initramfs";
  if (expected.rootfs && path.includes(expected.rootfs)) return "rootfs";
  if (/\/(ignition|initrd)\//.test(path)) return path.endsWith("/ca.img") ? "CA certificate" : "Ignition config";
  if (/\/(pxelinux\.cfg|ipxe)\/|\/grub\.cfg/.test(path)) return "boot config";
  return path.split("/").at(-1) || path;
}

function parseRequest(line: string): { t: number; ip: string; m: string; u: string; s: number } | undefined {
  try {
    return line ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}

/** "rootfs fetched 41 s after power-on, silent for 120 s" */
export function describeProgress(steps: readonly Step[], poweredOnAt: number, now: number): string {
  const last = steps.at(-1);
  if (!last) return "the server saw nothing of it: no DHCP request came";
  if (last.at === undefined) return `last step: ${last.what}, then nothing`;
  const seconds = (milliseconds: number) => `${Math.max(0, Math.round(milliseconds / 1000))} s`;
  return `last step: ${last.what} ${seconds(last.at - poweredOnAt)} after power-on, silent for ${seconds(now - last.at)}`;
}
