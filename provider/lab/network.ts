import { join } from "node:path";
import { type Host, mustRun } from "../hosts/host";
import { start } from "../hosts/processes";

/** The one link that the lab's server and machines share. */
export const bridge = "br0";

/** Puts the bridge into a fresh namespace, with the server's address on it. `address` is "10.44.0.1", `prefix` 24. */
export async function layNetwork(lab: Host, address: string, prefix: number): Promise<void> {
  await mustRun(lab, ["ip", "link", "set", "lo", "up"]);
  await mustRun(lab, ["ip", "link", "add", bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0"]);
  await mustRun(lab, ["ip", "address", "add", `${address}/${prefix}`, "dev", bridge]);
  await mustRun(lab, ["ip", "link", "set", bridge, "up"]);
}

/** A prefix of the lab's own (RFC 4193): the same in every lab, for none of them reaches another. */
const prefix = "fd44:44:44:44::";

/**
 * Answers router solicitations, as real networks do. Without an answer every iPXE, the one in QEMU's network cards too, waits
 * 13 seconds for a router before it goes on with the address that DHCP gave it.
 */
export async function startRouter(lab: Host, directory: string): Promise<void> {
  await mustRun(lab, ["ip", "address", "add", `${prefix}1/64`, "dev", bridge, "nodad"]);
  const only = ["--conf-file=/dev/null", "--port=0", `--interface=${bridge}`, "--bind-interfaces", "--leasefile-ro"];
  const advertise = ["--enable-ra", `--dhcp-range=${prefix},ra-only,64`, `--ra-param=${bridge},60,0`];
  const log = join(directory, "router.log");
  const argv = ["dnsmasq", "--no-daemon", "--user=", "--group=", ...only, ...advertise];
  await start(lab, { name: "dnsmasq", directory }, argv, log);
}

/**
 * Lays a virtual Ethernet pair: one end on the bridge, the other for the wire to a machine. Laying it twice is the same
 * as once, so that a machine can be powered on again.
 */
export async function layCable(lab: Host, id: string): Promise<{ socketEnd: string }> {
  const bridgeEnd = `b${id}`;
  const socketEnd = `s${id}`;
  const there = await lab.run(["ip", "link", "show", "dev", bridgeEnd]);
  if (there.code !== 0) {
    await mustRun(lab, ["ip", "link", "add", bridgeEnd, "type", "veth", "peer", "name", socketEnd]);
    await mustRun(lab, ["ip", "link", "set", bridgeEnd, "master", bridge, "up"]);
    await mustRun(lab, ["ip", "link", "set", socketEnd, "up"]);
  }
  return { socketEnd };
}

export async function pullCable(lab: Host, id: string): Promise<void> {
  await lab.run(["ip", "link", "delete", `b${id}`]);
}
