import { labHost } from "../lab/namespace";
import type { Host } from "./host";
import { localHost } from "./local";
import type { Site } from "./site";

/** The host on which a site's files lie and its processes run. */
export function hostOf(site: Site): Host {
  return site.lab ? labHost(site.lab) : localHost();
}
