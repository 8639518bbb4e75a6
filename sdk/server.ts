import * as pulumi from "@pulumi/pulumi";
import type { Site } from "../provider/resources/bootServices";

/** What every resource needs of a PxeServer. */
export interface Server {
  readonly site: pulumi.Output<Site>;
}

/**
 * One server, or several that hold the same: a machine boots from whichever answers it first, and while one is down, from
 * another.
 */
export type Servers = Server | readonly [Server, ...Server[]];

/** The site of the first server, with those of the others as its replicas. */
export function siteOf(servers: Servers): pulumi.Output<Site> {
  const all = [servers].flat() as Server[];
  return pulumi
    .all(all.map(({ site }) => site))
    .apply(([first, ...replicas]) => (replicas.length > 0 ? { ...first!, replicas } : first!));
}
