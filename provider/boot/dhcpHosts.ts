import type { Host } from "../hosts/host";
import { signal } from "../hosts/processes";
import { type Site, sitePaths } from "../hosts/site";

/**
 * Makes dnsmasq read its `dhcp-hostsdir` anew. It takes up new files there by itself, but goes on with what it knew from
 * files that were removed or changed until it gets a SIGHUP (dnsmasq(8), --dhcp-hostsdir).
 */
export const forgetDhcpHosts = (host: Host, site: Site): Promise<void> =>
  signal(host, { name: "dnsmasq", directory: sitePaths(site).run }, "HUP");
