import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Host, mustRun } from "../hosts/host";
import { packageRoot } from "../packageRoot";
import type { ServedNetwork } from "./services";

const listenSeconds = 7;

/** Refuses to hand out addresses where somebody else does: two DHCP servers on a network take machines from each other. */
export async function requireNoOtherDhcp(host: Host, network: ServedNetwork): Promise<void> {
  const script = readFileSync(join(packageRoot, "provider/services/assets/dhcp-servers.py"));
  const argv = ["python3", "-", network.interface, String(listenSeconds)];
  const asked = await mustRun(host, argv, { stdin: script }).catch((error: Error) => {
    throw new Error(
      `${host.name}: cannot find out whether another DHCP server answers on ${network.interface} (${error.message}): ` +
        "install python3 there, or set network.besideOtherDhcp to true where you know that there is none",
    );
  });
  const others = asked.split("\n").filter((address) => address && address !== network.address);
  if (others.length === 0) return;
  throw new Error(
    `${host.name}: ${others.join(", ")} already hands out addresses on ${network.interface}: set network.dhcp to "proxy" ` +
      "to work beside it, or network.besideOtherDhcp to true where both know of each other",
  );
}
