import { type Host, mustRun } from "../hosts/host";

/** The one link that the lab's server and machines share. */
export const bridge = "br0";

/** Puts the bridge into a fresh namespace, with the server's address on it. `address` is "10.44.0.1", `prefix` 24. */
export async function layNetwork(lab: Host, address: string, prefix: number): Promise<void> {
  await mustRun(lab, ["ip", "link", "set", "lo", "up"]);
  await mustRun(lab, ["ip", "link", "add", bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0"]);
  await mustRun(lab, ["ip", "address", "add", `${address}/${prefix}`, "dev", bridge]);
  await mustRun(lab, ["ip", "link", "set", bridge, "up"]);
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
