import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { discoveryPath } from "./unknownMachines";

/** A machine that booted without being declared, as its firmware describes it. */
export interface DiscoveredMachine {
  readonly mac: string;
  readonly address: string;
  readonly uuid?: string;
  readonly serial?: string;
  readonly vendor?: string;
  readonly product?: string;
  /** When it last asked: ISO 8601, by the server's clock. */
  readonly seenAt: string;
}

/** The machines that the server's log tells of, by MAC address. */
export async function discoveredMachines(host: Host, site: Site): Promise<DiscoveredMachine[]> {
  const log = (await host.readFile(`${sitePaths(site).log}/discovered.json`))?.toString() ?? "";
  return discoveredIn(log);
}

/** The same, from the log's text; whoever can send a request can write into it, so nothing but plain text passes. */
export function discoveredIn(log: string): DiscoveredMachine[] {
  const found = new Map<string, DiscoveredMachine>();
  for (const line of log.split("\n")) {
    const machine = parse(line);
    if (machine) found.set(machine.mac, machine);
  }
  return [...found.values()].sort((one, other) => (one.mac < other.mac ? -1 : 1));
}

function parse(line: string): DiscoveredMachine | undefined {
  try {
    const { t, ip, u } = JSON.parse(line) as { t: number; ip: string; u: string };
    const { pathname, searchParams } = new URL(u, "http://server");
    const mac = new RegExp(`^${discoveryPath}((?:[0-9a-f]{2}-){5}[0-9a-f]{2})$`).exec(pathname)?.[1];
    if (!mac) return undefined;
    const said = (key: string) =>
      searchParams
        .get(key)
        ?.replace(/[^ -~]/g, "")
        .slice(0, 100) || undefined;
    const description = {
      uuid: said("uuid"),
      serial: said("serial"),
      vendor: said("vendor"),
      product: said("product"),
    };
    return { mac: mac.replaceAll("-", ":"), address: ip, ...description, seenAt: new Date(t * 1000).toISOString() };
  } catch {
    return undefined;
  }
}
