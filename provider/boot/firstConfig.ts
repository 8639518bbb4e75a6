import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { dataUrl } from "../ignition/dataUrl";
import { type Delivered, type Delivery, placeOf } from "../ignition/delivery";
import { pointerConfig } from "../ignition/pointer";
import { bodyOf } from "../ignition/publish";
import { wrapIgnition } from "../initrd/wrap";

/** What of a machine's binding decides on its Ignition. */
export interface Configured {
  /** What it merges, the later over the earlier. */
  readonly ignition: readonly Delivered[];
  readonly hostname?: string;
}

/** Where a machine's Ignition begins: a config of its own that merges the others, or the only one that it has. */
export interface FirstConfig extends Delivered {
  readonly isOwn: boolean;
}

/**
 * A config of its own is as well kept as the best kept of those that it merges: in an initrd where one of them is, for
 * Ignition takes either a config URL or a config that came with the initramfs, never both.
 */
export function firstConfig(site: Site, { ignition, hostname }: Configured): FirstConfig {
  if (!hostname && ignition.length === 1) return { ...ignition[0]!, isOwn: false };
  const delivery = (["wrapped", "https"] as const).find((kind) => uses({ ignition }, kind)) ?? "http";
  return { digest: ownConfig(site, { ignition, hostname }, new Map()).digest, delivery, isOwn: true };
}

const uses = ({ ignition }: Configured, delivery: Delivery) => ignition.some((one) => one.delivery === delivery);

/** Its digest is that of the config with nothing but URLs: so it is known where the bodies are not. */
function ownConfig(site: Site, { ignition, hostname }: Configured, bodies: Bodies) {
  const { digest } = pointerConfig(
    ignition.map((one) => ({ url: placeOf(site, one).url, digest: one.digest })),
    { hostname },
  );
  const withBodies = ignition.map((one) => {
    const body = bodies.get(one.digest);
    return { url: body === undefined ? placeOf(site, one).url : dataUrl(body), digest: one.digest };
  });
  return { digest, content: pointerConfig(withBodies, { hostname }).content };
}

/** Wrapped configs that a machine merges, by their digests: they have no URL that its Ignition could fetch. */
export type Bodies = ReadonlyMap<string, string>;

export async function wrappedBodies(host: Host, site: Site, configured: Configured): Promise<Bodies> {
  if (!firstConfig(site, configured).isOwn) return new Map();
  const wrapped = configured.ignition.filter(({ delivery }) => delivery === "wrapped");
  return new Map(await Promise.all(wrapped.map(async (one) => [one.digest, await bodyOf(host, site, one)] as const)));
}

/** How a boot config names the first config, and the file that the machine has to itself, where it has one. */
export function firstConfigFiles(site: Site, configured: Configured, bodies: Bodies) {
  const first = firstConfig(site, configured);
  const { path, url } = placeOf(site, first);
  const isWrapped = first.delivery === "wrapped";
  const own = () => {
    const { content } = ownConfig(site, configured, bodies);
    return isWrapped ? { path, content: wrapIgnition(content), mode: 0o640 } : { path, content };
  };
  return {
    ignitionUrl: isWrapped ? undefined : url,
    initrds: [...(isWrapped ? [url] : []), ...(uses(configured, "https") ? [`${site.url}/initrd/ca.img`] : [])],
    files: first.isOwn ? [own()] : [],
  };
}

/** What must lie on the server before a machine is told of it. */
export const neededConfigFiles = (site: Site, configured: Configured): string[] => [
  ...configured.ignition.map((one) => placeOf(site, one).path),
  ...(uses(configured, "https") ? [sitePaths(site).authorityInitrd] : []),
];
