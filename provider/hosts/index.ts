import { labHost } from "../lab/namespace";
import type { Host } from "./host";
import { localHost } from "./local";
import type { Site } from "./site";
import { sshHost } from "./ssh";

/** The host on which a site's files lie and its processes run. */
export function hostOf(site: Site): Host {
  if (site.host) return sshHost(site.host);
  return site.lab ? labHost(site.lab) : localHost();
}
