import type { Host } from "../hosts/host";
import { signal } from "../hosts/processes";
import { type Site, sitePaths } from "../hosts/site";
import { containerName } from "./dockerContainers";
import { unitName } from "./systemdUnits";

/** Removals that come within this time of each other are told to dnsmasq once. */
const gatherMs = 200;

const pending = new Map<string, Promise<void>>();

/**
 * Lets dnsmasq forget the machines whose files in `dhcp-hostsdir` are gone or altered: it takes up new ones by itself, but
 * lets go of old ones only on SIGHUP (dnsmasq(8), --dhcp-hostsdir). Where it doesn't run there is nothing to forget.
 */
export function rereadHosts(host: Host, site: Site): Promise<void> {
  const key = `${host.name} ${site.directory}`;
  const reread =
    pending.get(key) ??
    new Promise<void>((resolve) => setTimeout(resolve, gatherMs)).then(async () => {
      pending.delete(key);
      await signal(host, { name: "dnsmasq", directory: sitePaths(site).run }, "HUP");
      await host.run(["systemctl", "kill", "--signal=HUP", unitName(site, "dnsmasq")]).catch(() => undefined);
      await host.run(["docker", "kill", "--signal=HUP", containerName(site, "dnsmasq")]).catch(() => undefined);
    });
  pending.set(key, reread);
  return reread;
}
