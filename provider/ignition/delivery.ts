import { type Site, sitePaths } from "../hosts/site";

/** How a machine gets a config: a fetch in the clear, a fetch over TLS, or in an initrd, with no fetch at all. */
export type Delivery = "http" | "https" | "wrapped";

export const deliveries: readonly Delivery[] = ["http", "https", "wrapped"];

/** A published config, and how machines get it. */
export interface Delivered {
  /** Hex sha256 of the config. */
  readonly digest: string;
  readonly delivery: Delivery;
  /** Whether a wrapped one holds a secret, so that initrds with it in them are not for every user of the server. */
  readonly isSecret?: boolean;
}

/** The file in which a config lies on the server, and where that file is fetched from; what it is named by is the config's digest. */
export function placeOf(site: Site, { digest, delivery }: Delivered): { path: string; url: string } {
  const paths = sitePaths(site);
  if (delivery === "wrapped") return { path: paths.initrd(digest), url: `${site.url}/initrd/${digest}.img` };
  if (delivery === "https") {
    const path = site.tls?.restrict ? paths.keptConfig(digest) : paths.encryptedIgnitionConfig(digest);
    return { path, url: `${encryptedUrl(site)}/ignition/${digest}.ign` };
  }
  return { path: paths.ignitionConfig(digest), url: `${site.url}/ignition/${digest}.ign` };
}

/** What machines put before a path when they fetch over TLS. */
export function encryptedUrl(site: Site): string {
  if (!site.tls) throw new Error(`${site.directory} is not served over TLS: set tls on the PxeServer`);
  return site.tls.url;
}
