import { type Host, mustRun } from "../hosts/host";
import type { Site } from "../hosts/site";
import type { ServedNetwork, ServiceName } from "./services";

const portsOf: Record<ServiceName, readonly { protocol: "tcp" | "udp"; port: number; what: string; tls?: boolean }[]> =
  {
    nginx: [
      { protocol: "tcp", port: 80, what: "HTTP" },
      { protocol: "tcp", port: 443, what: "HTTPS", tls: true },
    ],
    dnsmasq: [
      { protocol: "udp", port: 67, what: "DHCP" },
      { protocol: "udp", port: 69, what: "TFTP" },
    ],
  };

/** Says who already listens where a daemon is going to, rather than let it fail with "Address already in use". */
export async function requireFreePorts(
  host: Host,
  site: Site,
  name: ServiceName,
  network: ServedNetwork,
): Promise<void> {
  const listeners = (await mustRun(host, ["ss", "-H", "-lntup"])).split("\n").map(parseListener);
  const needed = portsOf[name]
    .filter(({ tls }) => !tls || site.tls)
    .filter(({ what }) => what !== "DHCP" || network.dhcp !== "none");
  for (const { protocol, port, what } of needed)
    for (const listener of listeners)
      if (listener?.protocol === protocol && listener.port === port && isOn(listener, network))
        throw new Error(
          `${host.name}: ${protocol} port ${port} (${what}) on ${network.address} is taken by ${listener.who}: ` +
            `stop it, or give ${name} another address or network`,
        );
}

interface Listener {
  readonly protocol: string;
  readonly address: string;
  /** Where it listens on one interface only. */
  readonly device?: string;
  readonly port: number;
  readonly who: string;
}

/** One line of `ss -H -lntup`: `udp UNCONN 0 0 0.0.0.0%br0:67 0.0.0.0:* users:(("dnsmasq",pid=7,fd=4))`. */
export function parseListener(line: string): Listener | undefined {
  const match = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+?)(?:%([^:\s]+))?:(\d+)\s+\S+\s*(.*)$/.exec(line);
  if (!match) return undefined;
  const users = [...match[5]!.matchAll(/\("([^"]*)",pid=(\d+)/g)].map(([, program, pid]) => `${program} (pid ${pid})`);
  const who = [...new Set(users)].join(", ") || "a process that this user may not see";
  return { protocol: match[1]!, address: match[2]!, device: match[3], port: Number(match[4]), who };
}

const isOn = (listener: Listener, network: ServedNetwork) =>
  ["0.0.0.0", "*", "[::]", network.address].includes(listener.address) &&
  (listener.device === undefined || listener.device === network.interface);
