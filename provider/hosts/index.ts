import { labHost } from "../lab/namespace";
import type { Host } from "./host";
import { localHost } from "./local";
import { everySite, type Site, sitesLeft } from "./site";
import { sshHost } from "./ssh";

/** The host on which a site's files lie and its processes run. */
export function hostOf(site: Site): Host {
  if (site.host) return sshHost(site.host);
  return site.lab ? labHost(site.lab) : localHost();
}

/** Does something on the server and on each of its replicas, one after the other. */
export async function everywhere(site: Site, work: (host: Host, site: Site) => Promise<unknown>): Promise<void> {
  for (const one of everySite(site)) await work(hostOf(one), one);
}

/**
 * Takes something away from these servers. One of several that is gone for good must not keep the others from going on: it is
 * an error where none of them could be reached.
 */
export async function withdrawFrom(
  sites: readonly Site[],
  work: (host: Host, site: Site) => Promise<unknown>,
  areAll = true,
): Promise<void> {
  const failures: Error[] = [];
  for (const one of sites) await work(hostOf(one), one).catch((error: Error) => failures.push(error));
  if (areAll && failures.length === sites.length && failures[0]) throw failures[0];
  for (const { message } of failures) console.error(`warning: something was left behind: ${message}`);
}

/** The same from the servers that were left for others. */
export const withdrawFromLeft = (before: Site, now: Site, work: (host: Host, site: Site) => Promise<unknown>) =>
  withdrawFrom(sitesLeft(before, now), work, false);
