import type { Host } from "../hosts/host";
import { isRunning, signal } from "../hosts/processes";
import { type Site, sitePaths } from "../hosts/site";
import { containerName } from "./dockerContainers";
import { restartProcess } from "./processes";
import { unitName } from "./systemdUnits";

/** Removals that come within this time of each other are told to dnsmasq once. */
const gatherMs = 200;

interface Reread {
  done: Promise<void>;
  hadTags: boolean;
}

const pending = new Map<string, Reread>();

/**
 * Lets dnsmasq forget the machines whose files in `dhcp-hostsdir` are gone or altered: it takes up new ones by itself, but
 * lets go of old ones only on SIGHUP (dnsmasq(8), --dhcp-hostsdir). Where it doesn't run there is nothing to forget.
 *
 * dnsmasq 2.90 dies ("double free or corruption") when a SIGHUP frees a line with a tag (`set:`) that it once used, because it
 * has chained that tag to others: where the line that went had one, or another has, it is restarted instead. It keeps its leases.
 */
export function rereadHosts(host: Host, site: Site, gone: string): Promise<void> {
  const key = `${host.name} ${site.directory}`;
  const reread = pending.get(key) ?? { done: Promise.resolve(), hadTags: false };
  reread.hadTags ||= hasTag(gone);
  if (!pending.has(key)) {
    pending.set(key, reread);
    reread.done = new Promise<void>((resolve) => setTimeout(resolve, gatherMs)).then(async () => {
      pending.delete(key);
      await (reread.hadTags || (await hasTags(host, site)) ? restart(host, site) : hangUp(host, site));
    });
  }
  return reread.done;
}

const hasTag = (line: string) => line.includes("set:");

async function hasTags(host: Host, site: Site): Promise<boolean> {
  const { dhcpHosts } = sitePaths(site);
  for (const name of await host.list(dhcpHosts))
    if (hasTag((await host.readFile(`${dhcpHosts}/${name}`))?.toString() ?? "")) return true;
  return false;
}

const daemonOf = (site: Site) => ({ name: "dnsmasq", directory: sitePaths(site).run });

async function hangUp(host: Host, site: Site): Promise<void> {
  await signal(host, daemonOf(site), "HUP");
  await host.run(["systemctl", "kill", "--signal=HUP", unitName(site, "dnsmasq")]).catch(() => undefined);
  await host.run(["docker", "kill", "--signal=HUP", containerName(site, "dnsmasq")]).catch(() => undefined);
}

async function restart(host: Host, site: Site): Promise<void> {
  if (await isRunning(host, daemonOf(site))) return restartProcess(host, site, "dnsmasq");
  await host.run(["systemctl", "try-restart", unitName(site, "dnsmasq")]).catch(() => undefined);
  await host.run(["docker", "restart", "--time=2", containerName(site, "dnsmasq")]).catch(() => undefined);
}
