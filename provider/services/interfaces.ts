import { type Host, mustRun } from "../hosts/host";
import type { ServedNetwork } from "./services";

interface Link {
  readonly ifname: string;
  readonly addr_info?: readonly { family: string; local: string; prefixlen: number }[];
}

/** Says what is wrong with the declared network on that very host: the interface, and the server's address on it. */
export async function requireInterface(host: Host, network: ServedNetwork & { subnet: string }): Promise<void> {
  const links = JSON.parse(await mustRun(host, ["ip", "-json", "address", "show"])) as Link[];
  const link = links.find(({ ifname }) => ifname === network.interface);
  if (!link) {
    const there = links.map((one) => `${one.ifname} (${addressesOf(one).join(", ") || "no IPv4 address"})`);
    throw new Error(`${host.name}: there is no interface ${network.interface}; there are ${there.join(", ")}`);
  }
  const addresses = addressesOf(link);
  if (addresses.some((address) => address.split("/")[0] === network.address)) return;
  throw new Error(
    `${host.name}: the interface ${network.interface} has ${addresses.join(", ") || "no IPv4 address"}, not ` +
      `${network.address} of network.subnet ${network.subnet}: set network.address to the server's own address there, ` +
      "or network.interface to the one that is in that subnet",
  );
}

const addressesOf = (link: Link) =>
  (link.addr_info ?? []).filter(({ family }) => family === "inet").map((one) => `${one.local}/${one.prefixlen}`);
