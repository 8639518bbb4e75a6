import { join } from "node:path";
import { mustRun } from "../../provider/hosts/host";
import { start } from "../../provider/hosts/processes";
import { labHost } from "../../provider/lab/namespace";

/** Before a command: run in the namespace of somebody else on a lab's bridge. */
export const inForeign = ["ip", "netns", "exec", "foreign"];

/** Somebody else on a lab's bridge, at 10.44.0.2. Returns how it ends before the lab does. */
export async function foreignHost(labDirectory: string): Promise<() => Promise<void>> {
  const host = labHost(labDirectory);
  await mustRun(host, ["mount", "-t", "tmpfs", "none", "/run"]); // ip keeps its namespaces there
  await mustRun(host, ["ip", "netns", "add", "foreign"]);
  await mustRun(host, ["ip", "link", "add", "f0", "type", "veth", "peer", "name", "f1", "netns", "foreign"]);
  await mustRun(host, ["ip", "link", "set", "f0", "master", "br0", "up"]);
  await mustRun(host, [...inForeign, "ip", "address", "add", "10.44.0.2/24", "dev", "f1"]);
  await mustRun(host, [...inForeign, "ip", "link", "set", "f1", "up"]);
  return async () => {
    const pids = await mustRun(host, ["ip", "netns", "pids", "foreign"]);
    for (const pid of pids.split("\n").filter(Boolean)) await host.run(["kill", pid]);
    await mustRun(host, ["ip", "netns", "delete", "foreign"]);
    await mustRun(host, ["umount", "--lazy", "/run"]);
  };
}

/** The same as a DHCP server that hands out 10.44.0.50 to 60 and knows nothing of booting. */
export async function foreignDhcp(labDirectory: string): Promise<() => Promise<void>> {
  const remove = await foreignHost(labDirectory);
  const host = labHost(labDirectory);
  const directory = join(labDirectory, "foreign");
  await host.makeDirectory(directory);
  const argv = [
    ...["dnsmasq", "--conf-file=/dev/null", "--no-daemon", "--pid-file=", "--port=0", "--interface=f1"],
    ...["--bind-interfaces", `--dhcp-leasefile=${directory}/leases`, "--dhcp-range=10.44.0.50,10.44.0.60,1h"],
  ];
  await start(host, { name: "dnsmasq", directory }, [...inForeign, ...argv], join(directory, "log"));
  await new Promise((resolve) => setTimeout(resolve, 500));
  return remove;
}
